/**
 * Lints the description of the API as the built server gives it out: `node scripts/openapi.mjs`. With a path as argument
 * it only writes the description there.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { root } from './setup.mjs'

const write = async (path) => {
  const { openApiDocument } = await import(pathToFileURL(join(root, 'apps/api/dist/index.js')).href)
  writeFileSync(path, `${JSON.stringify(openApiDocument('http://127.0.0.1:4700'), null, 2)}\n`)
}

const redocly = dirname(fileURLToPath(import.meta.resolve('@redocly/cli/package.json')))

/** In a folder of its own, where no configuration of anybody's is found; and without asking any server for anything. */
const lint = (folder) =>
  spawnSync(
    process.execPath,
    [join(redocly, 'bin', 'cli.js'), 'lint', 'openapi.json', '--extends', 'recommended-strict'],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  )

const [target] = process.argv.slice(2)
if (target === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'detrics-openapi-'))
  try {
    await write(join(folder, 'openapi.json'))
    const { status, stdout, stderr } = lint(folder)
    if (status !== 0) process.stdout.write(`${stdout}${stderr}`)
    process.exitCode = status ?? 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
} else await write(resolve(target))
