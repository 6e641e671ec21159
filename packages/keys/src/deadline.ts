/** The result of a promise, or of `late` when it takes longer than `ms`; leaves no timer behind. */
export const withDeadline = async <A>(promise: Promise<A>, ms: number, late: () => A): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<A>((resolve) => {
    timer = setTimeout(() => {
      resolve(late())
    }, ms)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}
