import { readFileSync, writeFileSync } from 'node:fs'

/** Which guarantees fail for which mutant; every other guarantee must hold for it. */
export type KillMatrix = Readonly<Record<string, ReadonlyArray<string>>>

const file = new URL('kill-matrix.json', import.meta.url)

/** With `WRITE_CONFORMANCE=1` the tests write down what they find instead of comparing it; look at the difference. */
export const writesDown = process.env['WRITE_CONFORMANCE'] === '1'

const matrices = (): Record<string, KillMatrix> => JSON.parse(readFileSync(file, 'utf8'))

export const readMatrix = (port: 'eventStore' | 'auditTrail'): KillMatrix => matrices()[port] ?? {}

export const writeMatrix = (port: 'eventStore' | 'auditTrail', matrix: KillMatrix): void => {
  const ports = Object.entries({ ...matrices(), [port]: matrix })
  const parts = ports.map(
    ([name, kills]) => `  "${name}": {\n${Object.entries(kills).map(lineOf).join(',\n')}\n  }`,
  )
  writeFileSync(file, `{\n${parts.join(',\n')}\n}\n`)
}

/** As the formatter wants it: on one line where it fits. */
const lineOf = ([name, titles]: readonly [string, ReadonlyArray<string>]): string => {
  const texts = titles.map((title) => JSON.stringify(title))
  const line = `    "${name}": [${texts.join(', ')}]`
  return line.length < 110 ? line : `    "${name}": [\n      ${texts.join(',\n      ')}\n    ]`
}

/** One column for each guarantee. */
export const printMatrix = (port: string, titles: ReadonlyArray<string>, matrix: KillMatrix): void => {
  const lines = Object.entries(matrix).map(([name, failures]) => {
    const marks = titles.map((title) => (failures.includes(title) ? 'x' : '.'))
    return `${marks.join('')} ${name}`
  })
  process.stdout.write(`Kill matrix of the ${port}, one column for each guarantee:\n${lines.join('\n')}\n`)
}

/** The titles that no mutant breaks but those that break everything. */
export const unbroken = (titles: ReadonlyArray<string>, matrix: KillMatrix): ReadonlyArray<string> => {
  const broken = Object.entries(matrix).flatMap(([name, failures]) =>
    name === 'isNeverAvailable' ? [] : failures,
  )
  return titles.filter((title) => !broken.includes(title))
}
