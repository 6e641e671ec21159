/**
 * Brings a clean clone to where it can run: the pinned pnpm through npx, the pinned packages, the build. Does nothing
 * twice: what is up to date is left alone.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const { packageManager, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const fail = (sentence) => {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

/** Runs a program in the root and ends the process when it fails. */
export const run = (program, args, { quiet = false } = {}) => {
  const result = spawnSync(program, args, {
    cwd: root,
    env: environment(),
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  })
  if (result.status === 0) return
  if (quiet) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  fail(
    `${[program.split('/').at(-1), ...args.slice(0, 3)].join(' ')} failed${result.error ? `: ${result.error.message}` : '.'}`,
  )
}

/**
 * Native packages are built from source where no prebuilt binary can be downloaded. Node's own headers are used for it
 * when they are installed beside Node, so that nothing has to be downloaded for this either.
 */
const environment = () => {
  const prefix = dirname(dirname(process.execPath))
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node_api.h'))
  return hasHeaders ? { ...process.env, npm_config_nodedir: prefix } : process.env
}

const checkNode = () => {
  const wanted = engines.node.replace('>=', '').split('.').map(Number)
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < wanted[0] || (major === wanted[0] && minor < wanted[1]))
    fail(`Node ${engines.node} is needed; this is ${process.versions.node}.`)
}

const install = () => {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'))
  const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'))
  const wanted = createHash('sha256').update(lock).update(workspace).update(process.version).digest('hex')
  const mark = join(root, 'node_modules', '.installed')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  process.stdout.write('Installing packages (a minute or two where native ones must be compiled) …\n')
  run(
    'npx',
    [
      '--yes',
      packageManager,
      'install',
      '--frozen-lockfile',
      '--reporter=append-only',
      '--config.confirmModulesPurge=false',
    ],
    {
      quiet: true,
    },
  )
  mkdirSync(dirname(mark), { recursive: true })
  writeFileSync(mark, wanted)
}

/** What the page is made from; a change in any of it makes the built page stale. */
const pageSources = ['apps/web', 'packages/client/src', 'packages/domain/src', 'pnpm-lock.yaml']

const filesIn = (path) => {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .filter((name) => !['node_modules', 'dist', 'test'].includes(name))
    .flatMap((name) => filesIn(join(path, name)))
}

const buildPage = () => {
  const hash = createHash('sha256')
  for (const source of pageSources)
    for (const file of filesIn(join(root, source))) hash.update(file).update(readFileSync(file))
  const wanted = hash.digest('hex')
  const mark = join(root, 'apps', 'web', 'dist', '.built')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  run(
    process.execPath,
    [join('apps', 'web', 'node_modules', 'vite', 'bin', 'vite.js'), 'build', 'apps/web'],
    {
      quiet: true,
    },
  )
  writeFileSync(mark, wanted)
}

/** Everything that `npm start` and `npm test` need before their work; builds the projects named, by default all. */
export const setUp = (projects = []) => {
  checkNode()
  install()
  run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-b', ...projects])
  buildPage()
}
