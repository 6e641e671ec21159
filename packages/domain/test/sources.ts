import { readFileSync, readdirSync } from 'node:fs'

export interface Source {
  /** The file's path below `src`. */
  readonly file: string
  /** Its text without the comments. */
  readonly code: string
}

const folder = new URL('../src/', import.meta.url)

/** The package's own sources, for the rules that no linter knows. */
export const sources = (): ReadonlyArray<Source> =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .map((file) => ({ file, code: withoutComments(readFileSync(new URL(file, folder), 'utf8')) }))

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
