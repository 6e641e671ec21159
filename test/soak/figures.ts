import { cpus, totalmem } from 'node:os'

/** Set by `npm run soak`: the same programs as in a test run, with more rounds and more load. */
const isSoak = process.env['DETRICS_SOAK'] === '1'

/** How much of it in a test run, and how much in a soak. */
export const amount = ({ run, soak }: { readonly run: number; readonly soak: number }): number =>
  isSoak ? soak : run

const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ` +
  `${process.platform} ${process.arch}, Node ${process.version}`

/** Prints what a program has measured, with where and by which seed. */
export const printFigures = (
  program: string,
  seed: number,
  figures: Readonly<Record<string, unknown>>,
): void => {
  const lines = Object.entries(figures).map(
    ([name, figure]) => `  ${name}: ${typeof figure === 'string' ? figure : JSON.stringify(figure)}`,
  )
  process.stdout.write(`${[`${program} (${machine()}, seed ${seed})`, ...lines].join('\n')}\n`)
}
