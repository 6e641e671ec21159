/**
 * Keeps what the documents show equal to what it is made from: the README's examples to the files that the tests
 * compile and run, its table of settings to the settings, and the picture of the layers in ARCHITECTURE.md to the imports. `--check` only tells; without it the
 * documents are brought up to date.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { settingsTable } from '../packages/keys/dist/index.js'
import { root } from './setup.mjs'

const read = (path) => readFileSync(join(root, path), 'utf8')

/** An example without what only the test of it needs. */
const example = (path) => () =>
  `\`\`\`ts\n${read(path)
    .replace(/\nexport \{ keys \}\n$/, '\n')
    .trimEnd()}\n\`\`\``

const picture = () => {
  const result = spawnSync(
    join('node_modules', '.bin', 'depcruise'),
    [
      'packages',
      'apps',
      '--config',
      '--include-only',
      '^(packages|apps)/',
      '--collapse',
      '^(packages|apps)/[^/]+',
      '--output-type',
      'mermaid',
    ],
    { cwd: root, encoding: 'utf8' },
  )
  return `\`\`\`mermaid\n${result.stdout.trim()}\n\`\`\``
}

const settings = () => {
  const rows = Object.entries(settingsTable).map(
    ([name, { meaning, standard }]) =>
      `| \`${name}\` | ${meaning} | ${standard === '' ? '' : `\`${standard}\``} |`,
  )
  const table = ['| variable | meaning | default |', '| --- | --- | --- |', ...rows].join('\n')
  return format(table, { parser: 'markdown' })
}

const blocks = [
  ['README.md', 'example', example('test/example/embed.ts')],
  ['README.md', 'client', example('test/example/client.ts')],
  ['README.md', 'settings', settings],
  ['ARCHITECTURE.md', 'layers', picture],
]

let stale = 0
for (const [path, name, make] of blocks) {
  const text = read(path)
  const begin = `<!-- ${name}: written by scripts/documents.mjs -->`
  const end = `<!-- end of ${name} -->`
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${path} has no block "${name}"`)
  const renewed = `${text.slice(0, from)}${begin}\n\n${(await make()).trim()}\n\n${text.slice(to)}`
  if (renewed === text) continue
  if (process.argv.includes('--check')) {
    stale += 1
    process.stderr.write(`${path}: the block "${name}" is out of date; run node scripts/documents.mjs\n`)
  } else writeFileSync(join(root, path), renewed)
}
process.exit(stale === 0 ? 0 : 1)
