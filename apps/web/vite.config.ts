import react from '@vitejs/plugin-react'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

/** What the page of the keys may weigh in all, compressed. */
const bytesMax = 150_000

/** Writes each file compressed beside itself, for the server to send as it is, and watches over the weight of the page. */
const precompressed = (): Plugin => ({
  name: 'precompressed',
  apply: 'build',
  writeBundle({ dir = '' }, bundle) {
    let bytes = 0
    for (const name of Object.keys(bundle)) {
      const file = join(dir, name)
      const content = readFileSync(file)
      const brotli = brotliCompressSync(content)
      writeFileSync(`${file}.br`, brotli)
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
      if (!/(^|\/)reference[.-]/.test(name)) bytes += brotli.length
    }
    this.info(`The page of the keys weighs ${bytes} bytes.`)
    if (bytes > bytesMax) this.error(`The page of the keys weighs ${bytes} bytes; it may weigh ${bytesMax}.`)
  },
})

// Vite takes its settings from the default export, and from nothing else.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  base: '/mcp/',
  // Quiet unless something is wrong; `--logLevel info` tells more.
  logLevel: 'warn',
  plugins: [react(), precompressed()],
  resolve: {
    // Siblings are read from their sources, so that the page needs nothing else to be built first.
    conditions: ['detrics-source', 'module', 'browser', 'production'],
    // The form of fp-ts of which a bundle takes only what it uses.
    alias: [{ find: /^fp-ts\/lib\//, replacement: 'fp-ts/es6/' }],
  },
  build: {
    // The policy of the page allows no `data:` address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: ['index.html', 'reference.html'].map((name) => join(import.meta.dirname, name)),
      output: { chunkFileNames: 'assets/shared-[hash].js' },
    },
  },
})
