/**
 * `npm run bench:stores`: set-up, the packages that are compared with, which stand in a project of their own, and the
 * benchmark. It prints what `docs/benchmarks.md` keeps and ends with 1 where a bar is not met.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, setUp } from './setup.mjs'

const [name = 'stores', ...rest] = process.argv.slice(2)
const folder = join(root, 'bench')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

setUp(['packages/keys'])
if (!existsSync(join(folder, 'node_modules'))) {
  process.stdout.write('Installing what is compared with …\n')
  run(
    'npx',
    ['--yes', packageManager, '--dir', folder, 'install', '--ignore-workspace', '--frozen-lockfile'],
    {
      quiet: true,
    },
  )
}
const { status } = spawnSync(process.execPath, [join(folder, `${name}.mjs`), ...rest], { stdio: 'inherit' })
process.exit(status ?? 1)
