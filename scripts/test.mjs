/**
 * `npm test`: set-up, every check, every test. Arguments go to jest: `npm test -- --selectProjects packages/domain`.
 * The last line counts checks and tests together.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, setUp } from './setup.mjs'

setUp()
const { check } = await import('./check.mjs')
const checks = check()

/** A run that hangs fails instead of waiting for ever. */
const testsMsMax = 15 * 60 * 1_000

const folder = mkdtempSync(join(tmpdir(), 'detrics-test-'))
const report = join(folder, 'report.json')
const jest = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    // One for each core of a small machine: most tests wait for processes and browsers.
    '--maxWorkers=2',
    '--json',
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  // jest prints its JSON to standard output as well unless it has a file; people read standard error.
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], timeout: testsMsMax, killSignal: 'SIGKILL' },
)

const counted = () => {
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests } = JSON.parse(
      readFileSync(report, 'utf8'),
    )
    // A suite that could not even be loaded has no failed test; it counts as one all the same.
    return {
      passed: numPassedTests,
      failed: Math.max(numFailedTests, numFailedTestSuites),
      skipped: numPendingTests,
    }
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
const tests = counted()
rmSync(folder, { recursive: true, force: true })

const failed = checks.failed + tests.failed + tests.skipped
process.stdout.write(`${checks.passed + tests.passed} passed, ${failed} failed\n`)
process.exit(failed === 0 && jest.status === 0 ? 0 : 1)
