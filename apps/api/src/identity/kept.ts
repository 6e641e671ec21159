import * as E from 'fp-ts/lib/Either.js'

/** What is kept of a document of somebody else's server; on the left of everything stands that it cannot be had. */
export interface Kept<A> {
  /** The document, loaded when it is missing or old. While it cannot be loaded, an old one serves for its time. */
  readonly get: () => Promise<E.Either<Away, A>>
  /** The document as it is now, for whoever misses something in it. */
  readonly renew: () => Promise<E.Either<Away, A>>
  /** What is there without asking anybody. */
  readonly known: () => A | undefined
}

export interface Away {
  readonly _tag: 'Away'
  /** A few words for the operator. */
  readonly cause: string
}

export interface KeepingRules {
  readonly monotonicMs: () => number
  /** So old, it is loaded again before it is used. */
  readonly freshMs: number
  /** So old, it is not used any more. */
  readonly usableMs: number
  /** So long after an attempt, however it ended, there is no other: the server is not asked as often as we are. */
  readonly cooldownMs: number
}

/** Keeps what `load` brings; one attempt at a time, shared by all who wait for it. */
export const keep = <A>(load: () => Promise<E.Either<Away, A>>, rules: KeepingRules): Kept<A> => {
  let held: { readonly value: A; readonly loadedMs: number } | undefined
  let last: { readonly outcome: E.Either<Away, A>; readonly atMs: number } | undefined
  let underWay: Promise<E.Either<Away, A>> | undefined

  const younger = (ms: number): A | undefined =>
    held !== undefined && rules.monotonicMs() - held.loadedMs < ms ? held.value : undefined

  const attempt = async (): Promise<E.Either<Away, A>> => {
    const atMs = rules.monotonicMs()
    const outcome = await load()
    // From the beginning of the attempt, since the document is not younger than that.
    if (E.isRight(outcome)) held = { value: outcome.right, loadedMs: atMs }
    last = { outcome, atMs: rules.monotonicMs() }
    return outcome
  }

  const renew = (): Promise<E.Either<Away, A>> => {
    if (underWay !== undefined) return underWay
    if (last !== undefined && rules.monotonicMs() - last.atMs < rules.cooldownMs)
      return Promise.resolve(last.outcome)
    underWay = attempt().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  return {
    get: async () => {
      const fresh = younger(rules.freshMs)
      if (fresh !== undefined) return E.right(fresh)
      const renewed = await renew()
      const usable = younger(rules.usableMs)
      return usable === undefined ? renewed : E.right(usable)
    },
    renew,
    known: () => held?.value,
  }
}
