import type { Capability, Declares } from './capabilities.js'
import type { Guarantee } from './guarantee.js'

/** What became of a guarantee on a store: it held, the store showed that a capability is absent, or it failed. */
export interface GuaranteeResult {
  readonly guarantee: string
  readonly result: 'held' | `absent: ${Capability}` | 'failed'
  readonly failure?: unknown
}

/** Runs a suite without a test framework, one guarantee after the other. */
export const runGuarantees = async <Harness extends Declares>(
  suite: ReadonlyArray<Guarantee<Harness>>,
  harness: Harness,
): Promise<ReadonlyArray<GuaranteeResult>> => {
  const results: Array<GuaranteeResult> = []
  for (const each of suite) {
    const { guarantee } = each
    await each.run(harness).then(
      () => results.push({ guarantee, result: resultOf(each, harness) }),
      (failure: unknown) => results.push({ guarantee, result: 'failed', failure }),
    )
  }
  return results
}

/** What a guarantee says about a store on which it did not fail. */
const resultOf = <Harness>(
  { needs }: Guarantee<Harness>,
  { absent }: Declares,
): Exclude<GuaranteeResult['result'], 'failed'> =>
  needs !== undefined && absent.includes(needs) ? `absent: ${needs}` : 'held'

/** A column of a table: a store by its name, and what it declares absent. */
export interface Column extends Declares {
  readonly name: string
}

/** Guarantees × stores as a table in Markdown, for stores on which no guarantee fails. */
export const guaranteeTable = <Harness>(
  suite: ReadonlyArray<Guarantee<Harness>>,
  columns: ReadonlyArray<Column>,
): string =>
  markdownTable(
    ['no.', 'guarantee', ...columns.map(({ name }) => name)],
    suite.map((each, index) => [
      String(index + 1),
      each.guarantee,
      ...columns.map((column) => resultOf(each, column)),
    ]),
  )

/** Mutants × guarantees as a table in Markdown: what each does, and the numbers of the guarantees that it fails. */
export const mutantTable = <Harness>(
  suite: ReadonlyArray<Guarantee<Harness>>,
  mutants: Readonly<Record<string, { readonly breaks: string }>>,
  kills: Readonly<Record<string, ReadonlyArray<string>>>,
): string => {
  const numbersOf = (failures: ReadonlyArray<string>): string =>
    failures.length === suite.length
      ? 'all'
      : suite.flatMap(({ guarantee }, index) => (failures.includes(guarantee) ? [index + 1] : [])).join(' ')
  return markdownTable(
    ['mutant', 'what it does', 'fails'],
    Object.entries(mutants).map(([name, { breaks }]) => [name, breaks, numbersOf(kills[name] ?? [])]),
  )
}

const markdownTable = (heads: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = heads.map((head, column) =>
    Math.max(3, head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: ReadonlyArray<string>): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}
