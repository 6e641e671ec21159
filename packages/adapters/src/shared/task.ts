import type { Task } from 'fp-ts/lib/Task.js'

/**
 * A task whose work is done in the very tick in which it is run; fp-ts' `fromIO` waits for the next microtask.
 * A read that begins now must see what is committed now, and an append must not be overtaken by a later one.
 */
export const immediately =
  <A>(act: () => A): Task<A> =>
  () =>
    Promise.resolve(act())

/** A random wait of up to `capMs`, doubled with each attempt: callers that collided once do not collide again. */
export const jitterMs = (attempt: number, baseMs: number, capMs: number): number =>
  Math.random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 16))

/** The same promise for every call: a second `close` waits for the first. */
export const once = (work: () => Promise<void>): Task<void> => {
  let running: Promise<void> | undefined
  return () => (running ??= work())
}
