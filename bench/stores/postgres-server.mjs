/** The server that the tests bring, for programs that are plain JavaScript: its few files are transpiled when needed. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'
import { root } from '../../scripts/setup.mjs'

const from = join(root, 'test', 'support')
// Beneath the repository's node_modules, so that packages are found from there.
const to = join(root, 'node_modules', '.detrics-bench')

export const startPostgres = async () => {
  mkdirSync(to, { recursive: true })
  writeFileSync(join(to, 'package.json'), '{ "type": "module" }')
  for (const name of ['postgres', 'postgres-guarded', 'postgres-programs']) {
    const { outputText } = ts.transpileModule(readFileSync(join(from, `${name}.ts`), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    })
    writeFileSync(join(to, `${name}.js`), outputText)
  }
  copyFileSync(join(from, 'postgres-guard.mjs'), join(to, 'postgres-guard.mjs'))
  return (await import(pathToFileURL(join(to, 'postgres.js')).href)).startPostgres()
}
