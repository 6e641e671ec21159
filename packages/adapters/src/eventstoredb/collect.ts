import * as E from 'fp-ts/lib/Either.js'
import { faultOf, unclear } from './faults.js'
import type { Fault } from './faults.js'

/** What is used of the client's reads. */
export interface Reading<A> {
  on(event: 'data', listener: (value: A) => void): unknown
  on(event: 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  cancel(): Promise<void>
  destroy(): unknown
}

/**
 * Takes a read to its end, or gives up after a time. A read has no deadline of its own, and one that is left without
 * being cancelled stays open in the server; so each is cancelled, whatever became of it.
 */
export const collect = <A>(read: Reading<A>, ms: number): Promise<E.Either<Fault, ReadonlyArray<A>>> =>
  new Promise((resolve) => {
    const collected: Array<A> = []
    const settle = (result: E.Either<Fault, ReadonlyArray<A>>): void => {
      clearTimeout(timer)
      resolve(result)
      // Not awaited: it waits for the connection itself. Its failure is the read's, which is told already.
      read.cancel().catch(() => undefined)
      read.destroy()
    }
    const timer = setTimeout(() => settle(E.left(unclear('the read took too long'))), ms)
    read.on('data', (value: A) => collected.push(value))
    read.on('end', () => settle(E.right(collected)))
    // It stays there: an error after the end of the wait would otherwise end the process.
    read.on('error', (error: unknown) => settle(E.left(faultOf(error))))
  })
