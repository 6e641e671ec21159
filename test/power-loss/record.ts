import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { Files } from './disk.js'
import { readTrace } from './trace.js'
import type { Operation } from './trace.js'

/** What the writer did, and the files that it left when it was killed. */
export interface Recording {
  readonly trace: ReadonlyArray<Operation>
  readonly left: Files
}

const here = import.meta.dirname

/** How the writer opens its store: as production does, or with a `synchronous` of its own and many checkpoints. */
type Opening = 'production' | 'FULL' | 'NORMAL' | 'OFF'

/** Runs the writer under record. `scratch` is an empty folder, which keeps the trace for a look at it. */
export const recordWriter = (scratch: string, opening: Opening): Recording => {
  const recorder = compileRecorder(scratch)
  const folder = join(realpathSync(scratch), 'recorded')
  const trace = join(scratch, 'trace')
  mkdirSync(folder)
  const env = { ...process.env, LD_PRELOAD: recorder, RECORDED_FOLDER: folder, RECORDED_TRACE: trace }
  const writer = spawnSync(process.execPath, [join(here, 'writer.mjs'), folder, opening], {
    env,
    encoding: 'utf8',
    timeout: 30_000,
    killSignal: 'SIGTERM',
  })
  // It kills itself when it is done; any other end is a failure.
  if (writer.signal !== 'SIGKILL')
    throw new Error(
      `the writer, which runs what \`npx tsc -b\` built, ended by ${writer.signal ?? `code ${writer.status}`}: ${writer.stderr}`,
    )
  return { trace: readTrace(readFileSync(trace)), left: filesIn(folder) }
}

const compileRecorder = (scratch: string): string => {
  if (process.platform !== 'linux')
    throw new Error('The writes are recorded with LD_PRELOAD: run this test on Linux, e.g. in a container.')
  const library = join(scratch, 'recorder.so')
  const flags = ['-shared', '-fPIC', '-O2', '-pthread', '-U_FORTIFY_SOURCE']
  const compiler = spawnSync('cc', [...flags, join(here, 'recorder.c'), '-o', library], { encoding: 'utf8' })
  if (compiler.error !== undefined)
    throw new Error(
      `cc does not run (${compiler.error.message}). Install a C compiler: gcc and libc6-dev on Debian.`,
    )
  if (compiler.status !== 0) throw new Error(`cc does not compile the recorder: ${compiler.stderr}`)
  return library
}

const filesIn = (folder: string): Files => {
  const names = readdirSync(folder).filter((name) => !name.endsWith('-shm'))
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]))
}
