import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { at, noStream, revision, unavailable } from '@detrics/keys-domain'
import type { AppendError, Appended, EventStore, Revision } from '@detrics/keys-domain'
import { mutant, onAnswer, onAppend } from './mutate.js'
import type { Append, AppendResult, Mutants } from './mutate.js'

/** Appends wherever the stream ends. */
const atTheEnd = async (store: EventStore, [stream, , events]: Parameters<Append>): Promise<AppendResult> => {
  const page = await store.readStream({ stream, direction: 'backwards', from: 'end', limit: 1 })()
  if (E.isLeft(page)) return E.left(unavailable('no head'))
  const { head } = page.right
  return store.append(stream, O.isNone(head) ? noStream : at(head.value), events)()
}

const storesEventByEvent = onAppend((_, append) => (stream, expected, events) => async () => {
  let result: AppendResult = E.left(unavailable('no event'))
  let first: Revision | undefined
  let next = expected
  for (const event of events) {
    result = await append(stream, next, [event])()
    if (E.isLeft(result)) return result
    first ??= result.right.first
    next = at(result.right.last)
  }
  return E.map((appended: Appended) => ({ ...appended, first: first ?? appended.first }))(result)
})

export const appendingMutants: Mutants = {
  ignoresTheExpectedRevision: mutant(
    'appends at the end of the stream whatever is expected',
    onAnswer((result, { store, args }) =>
      E.isLeft(result) && result.left._tag === 'WrongExpectedRevision' ? atTheEnd(store, args) : result,
    ),
  ),
  ignoresNoStream: mutant(
    'takes "must not exist" for no check, as two well-known stores do',
    onAnswer((result, { store, args }) =>
      E.isLeft(result) && result.left._tag === 'WrongExpectedRevision' && args[1]._tag === 'NoStream'
        ? atTheEnd(store, args)
        : result,
    ),
  ),
  createsStreamsForAt: mutant(
    'takes a stated revision for no check where the stream does not exist',
    onAnswer((result, { store, args }) =>
      E.isLeft(result) && result.left._tag === 'WrongExpectedRevision' && O.isNone(result.left.actual)
        ? atTheEnd(store, args)
        : result,
    ),
  ),
  tellsNoActualRevision: mutant(
    'does not say at a conflict where the stream is',
    onAnswer((result) =>
      E.mapLeft((error: AppendError) =>
        error._tag === 'WrongExpectedRevision' ? { ...error, actual: O.none } : error,
      )(result),
    ),
  ),
  storesBatchesEventByEvent: mutant('stores each event of a batch on its own', storesEventByEvent),
  storesBatchesBackwards: mutant(
    'stores the events of a batch in the opposite order',
    onAppend((_, append) => (stream, expected, events) => {
      const [first, ...rest] = events.toReversed()
      return append(stream, expected, first === undefined ? events : [first, ...rest])
    }),
  ),
  answersTheBatchSizeAsLast: mutant(
    'answers the size of a batch as its last revision',
    onAnswer((result, { args: [, , events] }) =>
      E.map((appended: Appended): Appended => ({ ...appended, last: revision(events.length) }))(result),
    ),
  ),
  answersTheFirstPosition: mutant('answers the position of the first append for each', (store) => {
    let first: Appended['position'] | undefined
    return onAnswer(
      E.map((appended: Appended): Appended => {
        first ??= appended.position
        return { ...appended, position: first }
      }),
    )(store)
  }),
  refusesAppendsAtOnce: mutant(
    'refuses an append while another is under way, in whatever stream',
    (store) => {
      let running = 0
      return onAppend((_, append) => (stream, expected, events) => async () => {
        if (running > 0) return E.left(unavailable('busy'))
        running += 1
        return append(stream, expected, events)().finally(() => (running -= 1))
      })(store)
    },
  ),
  refusesAppendsBesideRefusedOnes: mutant(
    'refuses the appends that are made together with one that is refused',
    (store) => {
      let refusedInThisTurn = false
      return onAnswer(async (result) => {
        if (E.isLeft(result)) refusedInThisTurn = true
        await new Promise((resolve) => setImmediate(resolve))
        const isHarmed = refusedInThisTurn && E.isRight(result)
        setImmediate(() => (refusedInThisTurn = false))
        return isHarmed ? E.left(unavailable('another append was refused')) : result
      })(store)
    },
  ),
}
