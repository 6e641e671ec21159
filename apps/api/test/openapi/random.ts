/** Chance that comes again with the same seed. */
export interface Random {
  /** At least 0 and less than 1. */
  readonly next: () => number
  /** Both ends included. */
  readonly int: (min: number, max: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <A>(from: ReadonlyArray<A>) => A
}

/** The n-th stream of chance of a seed (mulberry32). */
export const randomOf = (seed: number, n: number): Random => {
  let state = (seed + Math.imul(n + 1, 0x9e3779b9)) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000
  }
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: <A>(from: ReadonlyArray<A>): A => {
      if (from.length === 0) throw new Error('there is nothing to pick from')
      return from[int(0, from.length - 1)] as A
    },
  }
}
