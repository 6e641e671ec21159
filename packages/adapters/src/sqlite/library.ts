/** What an SQLite library says of itself: `sqlite_version()`, and `PRAGMA compile_options`. */
export interface SqliteLibrary {
  readonly version: string
  readonly options: ReadonlyArray<string>
}

/**
 * The oldest release that is used. Those before it may lose committed pages or damage the file, when a checkpoint by one
 * connection meets the restart of the write-ahead log by another (https://sqlite.org/wal.html#walresetbug).
 */
export const sqliteVersionMin = '3.51.3'

/** How a library must not be compiled, and why. */
const unsafeOptions: Readonly<Record<string, string>> = {
  NO_SYNC: 'it never waits for the disk',
  DISABLE_DIRSYNC: 'it does not wait until the names of new files are on the disk',
  'THREADSAFE=0': 'two threads of one process would damage what they share',
}

/** Why nothing may be kept with this library; undefined if nothing is known against it. */
export const faultOfLibrary = ({ version, options }: SqliteLibrary): string | undefined => {
  if (isOlder(version, sqliteVersionMin))
    return `SQLite ${version} may lose what was committed (its write-ahead log has a defect); it must be ${sqliteVersionMin} or newer`
  const unsafe = options.find((option) => unsafeOptions[option] !== undefined)
  return unsafe === undefined ? undefined : `SQLite was compiled with ${unsafe}: ${unsafeOptions[unsafe]}`
}

/** Versions are numbers with dots between them; a part that is missing or is no number counts as 0. */
const isOlder = (version: string, than: string): boolean => {
  const [mine, other] = [version, than].map((text) => text.split('.').map(Number))
  const differing = other?.findIndex((number, index) => (mine?.[index] || 0) !== number) ?? -1
  return differing >= 0 && (mine?.[differing] || 0) < (other?.[differing] ?? 0)
}
