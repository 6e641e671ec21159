/** How properties are sampled. `FC_SEED=<the printed seed>` repeats a run. */
export const sampled = (numRuns: number) => ({ seed, numRuns })

const given = process.env['FC_SEED']
const seed = given === undefined ? Date.now() % 0x7fffffff : Number(given)
let isPrinted = false

/** Prints the seed, once for each file of tests. */
export const printSeed = (): void => {
  if (!isPrinted) process.stdout.write(`properties are sampled with FC_SEED=${seed}\n`)
  isPrinted = true
}
