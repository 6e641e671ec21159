/*
 * Records what a process does to the files of one folder, in the order in which it happens: a library for
 * LD_PRELOAD on Linux. Each operation is carried out and recorded under one lock, so the order of the trace is the
 * true order, also among threads.
 *
 * RECORDED_FOLDER  the folder, as an absolute path without symbolic links
 * RECORDED_TRACE   the file to which records are added
 *
 * A record: kind (1 byte), 0, length of the name (2 bytes), length of the data (4), offset (8), name, data; in the
 * byte order of the machine. The name is relative to the folder, and empty for the folder itself.
 *   C  made, if it was not there    W  written at the offset    T  resized, the offset is its new size
 *   S  synced (fsync, fdatasync)    U  removed
 *
 * The names of open files are asked of /proc each time. A table of descriptors would go wrong, because Node closes
 * files by a bare system call that no library sees. For the same reason every operation here is a bare system call.
 * Other ways to change a file (rename, writev, fallocate, a writable mapping) are not recorded: the test compares
 * the replayed trace with the files that are left, and so would notice.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct header {
  uint8_t kind;
  uint8_t zero;
  uint16_t name_length;
  uint32_t data_length;
  int64_t offset;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int trace = -1;

__attribute__((constructor)) static void begin(void) {
  const char *file = getenv("RECORDED_TRACE");
  folder = getenv("RECORDED_FOLDER");
  if (folder == NULL || file == NULL) return;
  folder_length = strlen(folder);
  trace = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (trace < 0) abort();
}

/* The name below the folder, or NULL for what is not recorded. */
static const char *name_of(const char *path) {
  if (trace < 0 || strncmp(path, folder, folder_length) != 0) return NULL;
  path += folder_length;
  if (*path == '\0') return path;
  if (*path != '/') return NULL;
  size_t length = strlen(path);
  /* SQLite's shared memory is a mapped file that is built anew after a crash: it is no state of the disk. */
  if (length > 4 && strcmp(path + length - 4, "-shm") == 0) return NULL;
  return path + 1;
}

static const char *name_of_open(int fd, char *path) {
  char link[64];
  if (trace < 0) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return NULL;
  path[length] = '\0';
  /* What is written to a file that has no name any more cannot be found after a power loss. */
  return strstr(path, " (deleted)") == NULL ? name_of(path) : NULL;
}

/* A trace with a gap would prove nothing, so the process ends when a record cannot be written whole. */
static void record(char kind, const char *name, int64_t offset, const void *data, size_t length) {
  int before = errno;
  struct header header = {(uint8_t)kind, 0, (uint16_t)strlen(name), (uint32_t)length, offset};
  struct iovec parts[3] = {
      {&header, sizeof header}, {(void *)name, header.name_length}, {(void *)data, length}};
  ssize_t whole = (ssize_t)(sizeof header + header.name_length + length);
  if (syscall(SYS_writev, trace, parts, 3) != whole) abort();
  errno = before;
}

static int open_file(int at, const char *path, int flags, mode_t mode) {
  const char *name = name_of(path);
  if (name == NULL || !(flags & (O_CREAT | O_TRUNC)))
    return (int)syscall(SYS_openat, at, path, flags, mode);
  pthread_mutex_lock(&lock);
  int fd = (int)syscall(SYS_openat, at, path, flags, mode);
  if (fd >= 0 && (flags & O_CREAT)) record('C', name, 0, NULL, 0);
  if (fd >= 0 && (flags & O_TRUNC)) record('T', name, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  return fd;
}

static mode_t mode_from(int flags, va_list more) {
  return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(more, mode_t) : 0;
}

#define OPEN(symbol)                                     \
  int symbol(const char *path, int flags, ...) {         \
    va_list more;                                        \
    va_start(more, flags);                               \
    mode_t mode = mode_from(flags, more);                \
    va_end(more);                                        \
    return open_file(AT_FDCWD, path, flags, mode);       \
  }
#define OPENAT(symbol)                                   \
  int symbol(int at, const char *path, int flags, ...) { \
    va_list more;                                        \
    va_start(more, flags);                               \
    mode_t mode = mode_from(flags, more);                \
    va_end(more);                                        \
    return open_file(at, path, flags, mode);             \
  }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t length) {
  char path[PATH_MAX];
  const char *name = name_of_open(fd, path);
  if (name == NULL) return syscall(SYS_write, fd, data, length);
  pthread_mutex_lock(&lock);
  ssize_t written = syscall(SYS_write, fd, data, length);
  if (written > 0) record('W', name, syscall(SYS_lseek, fd, 0, SEEK_CUR) - written, data, (size_t)written);
  pthread_mutex_unlock(&lock);
  return written;
}

static ssize_t write_at(int fd, const void *data, size_t length, int64_t offset) {
  char path[PATH_MAX];
  const char *name = name_of_open(fd, path);
  if (name == NULL) return syscall(SYS_pwrite64, fd, data, length, offset);
  pthread_mutex_lock(&lock);
  ssize_t written = syscall(SYS_pwrite64, fd, data, length, offset);
  if (written > 0) record('W', name, offset, data, (size_t)written);
  pthread_mutex_unlock(&lock);
  return written;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return write_at(fd, data, length, offset); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return write_at(fd, data, length, offset); }

static int resize(int fd, int64_t size) {
  char path[PATH_MAX];
  const char *name = name_of_open(fd, path);
  if (name == NULL) return (int)syscall(SYS_ftruncate, fd, size);
  pthread_mutex_lock(&lock);
  int result = (int)syscall(SYS_ftruncate, fd, size);
  if (result == 0) record('T', name, size, NULL, 0);
  pthread_mutex_unlock(&lock);
  return result;
}
int ftruncate(int fd, off_t size) { return resize(fd, size); }
int ftruncate64(int fd, off64_t size) { return resize(fd, size); }

static int sync_by(long call, int fd) {
  char path[PATH_MAX];
  const char *name = name_of_open(fd, path);
  if (name == NULL) return (int)syscall(call, fd);
  pthread_mutex_lock(&lock);
  int result = (int)syscall(call, fd);
  if (result == 0) record('S', name, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  return result;
}
int fsync(int fd) { return sync_by(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_by(SYS_fdatasync, fd); }

int unlink(const char *path) {
  const char *name = name_of(path);
  if (name == NULL) return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  pthread_mutex_lock(&lock);
  int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
  if (result == 0) record('U', name, 0, NULL, 0);
  pthread_mutex_unlock(&lock);
  return result;
}
