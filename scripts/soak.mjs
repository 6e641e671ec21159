/**
 * `npm run soak`: set-up, then every program in test/soak in its long form, one after the other; each prints what it has
 * measured. A guarantee that does not hold ends this with 1. `npm run soak -- overload` runs one of them.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, setUp } from './setup.mjs'

setUp(['apps/api'])

/** A program that hangs fails instead of waiting for ever. */
const programMsMax = 15 * 60 * 1_000

const wanted = process.argv.slice(2)
const programs = readdirSync(join(root, 'test', 'soak'))
  .filter((name) => name.endsWith('.test.ts'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.startsWith(part)))

const failed = programs.filter((name) => {
  const { status, signal } = spawnSync(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--selectProjects',
      'test',
      '--runTestsByPath',
      join('test', 'soak', name),
    ],
    {
      cwd: root,
      env: { ...process.env, DETRICS_SOAK: '1' },
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: programMsMax,
      killSignal: 'SIGKILL',
    },
  )
  if (signal !== null) process.stdout.write(`${name} was ended by ${signal}\n`)
  return status !== 0
})
process.stdout.write(
  failed.length === 0
    ? `${programs.length} programs: all guarantees hold\n`
    : `failed: ${failed.join(', ')}\n`,
)
process.exit(failed.length === 0 && programs.length > 0 ? 0 : 1)
