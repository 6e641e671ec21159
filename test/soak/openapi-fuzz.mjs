/**
 * Sends many requests that are made from the description of the API: `node test/soak/openapi-fuzz.mjs [count] [seed]`,
 * by default 500,000. It is the test of apps/api/test/openapi, which sends fewer.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const [count = '500000', seed] = process.argv.slice(2)

const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    'apps/api',
    '--testPathPatterns',
    'openapi/fuzz',
    '--testNamePattern',
    'none is answered otherwise than described',
  ],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, FUZZ_REQUESTS: count, ...(seed === undefined ? {} : { FUZZ_SEED: seed }) },
  },
)
process.exitCode = status ?? 1
