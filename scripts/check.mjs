/** Types, layers, lint, dead code, format, the documents and the API's description: one command, the same everywhere. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './setup.mjs'

const bin = (name) => join('node_modules', '.bin', name)

const steps = [
  ['types', bin('tsc'), ['-b']],
  ['lint', bin('oxlint'), ['--type-aware', '--deny-warnings']],
  ['layers', bin('depcruise'), ['packages', 'apps', '--config', '--output-type', 'err']],
  ['dead code', bin('knip'), ['--no-progress']],
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['documents', process.execPath, ['scripts/documents.mjs', '--check']],
  ['API description', process.execPath, ['scripts/openapi.mjs']],
]

/** Runs all steps, also after one has failed, and tells how many did not pass. */
export const check = () => {
  let failed = 0
  for (const [name, program, args] of steps) {
    const started = performance.now()
    const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    const isFine = result.status === 0
    process.stdout.write(
      `${isFine ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`,
    )
    if (isFine) continue
    failed += 1
    process.stdout.write(`${result.stdout}${result.stderr}\n`)
  }
  return { passed: steps.length - failed, failed }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exit(check().failed === 0 ? 0 : 1)
