/** What comes of a promise in time; the other value where it takes longer. A late failure harms nobody. */
export const within = async <A, B>(promise: Promise<A>, ms: number, late: B): Promise<A | B> => {
  let timer: NodeJS.Timeout | undefined
  const lateness = new Promise<B>((resolve) => {
    timer = setTimeout(() => resolve(late), ms)
  })
  try {
    return await Promise.race([promise, lateness])
  } finally {
    clearTimeout(timer)
  }
}

/** Starts a clock that tells how much of a time is left: at least a little, so that a last step is given a chance. */
export const countdown = (ms: number): (() => number) => {
  const end = performance.now() + ms
  return () => Math.max(msMin, end - performance.now())
}

const msMin = 50
