/** From 0 to 1, mixed of two numbers (the finish of MurmurHash3). */
export const shareOf = (seed: number, call: number): number => {
  let mixed = Math.imul(seed ^ Math.imul(call + 1, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
}

/** Whole numbers from 0 to below a bound, one after the other, that look random and are repeated by their seed. */
export const seededNumbers = (seed: number): ((bound: number) => number) => {
  let call = 0
  return (bound) => Math.floor(shareOf(seed, call++) * bound)
}
