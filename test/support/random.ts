/** The seed of this run: settable, so that a failure can be repeated. */
export const seed = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000_000)

/** A small seeded generator (mulberry32, by Tommy Ettinger, public domain): numbers in [0, 1). */
export const seededRandom = (start: number): (() => number) => {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
