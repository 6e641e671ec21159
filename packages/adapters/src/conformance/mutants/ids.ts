import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { EventId, at, noStream, pageLimitMax, unavailable, wrongExpectedRevision } from '@detrics/keys-domain'
import type { AppendError, EventStore, NewEvent } from '@detrics/keys-domain'
import { mutant, onAnswer, onAppend, onEvents } from './mutate.js'
import type { AppendResult, Append, Mutants, Mutation } from './mutate.js'

const freshId = (): EventId => {
  const id: string = randomUUID()
  if (!EventId.is(id)) throw new Error(`${id} is no id`)
  return id
}

/** Stores each call under ids of its own and gives the caller's back. */
const forgetsIds: Mutation = (store) => {
  const given = new Map<EventId, EventId>()
  const rename = (event: NewEvent): NewEvent => {
    const id = freshId()
    given.set(id, event.id)
    return { ...event, id }
  }
  const restored = onEvents((event) => ({ ...event, id: given.get(event.id) ?? event.id }))(store)
  return onAppend((_, append) => (stream, expected, events) => {
    const ids = events.map(({ id }) => id)
    if (new Set(ids).size < ids.length || !ids.every(EventId.is)) return append(stream, expected, events)
    return () => append(stream, expected, RNEA.map(rename)(events))()
  })(restored)
}

/** What the log holds under an id. */
const known = async (store: EventStore, id: EventId) => {
  const log = await store.readAll(O.none, pageLimitMax)()
  return E.isRight(log) ? log.right.events.find((event) => event.id === id) : undefined
}

/** Answers an error as if the batch were stored where its first known event is. */
const takenForARetry = async (
  error: AppendError,
  store: EventStore,
  [, , events]: Parameters<Append>,
): Promise<AppendResult> => {
  const found = await Promise.all(events.map(({ id }) => known(store, id)))
  const first = found.find((event) => event !== undefined)
  if (first === undefined) return E.left(error)
  const { revision, position } = first
  return E.right({ outcome: 'AlreadyAppended', first: revision, last: revision, position })
}

const takesForARetry = (tag: AppendError['_tag']): Mutation =>
  onAnswer((result, { store, args }) =>
    E.isLeft(result) && result.left._tag === tag ? takenForARetry(result.left, store, args) : result,
  )

/** Stores the batch once more, under other ids, at the end of its stream. */
const storedAgain = async (
  store: EventStore,
  [stream, , events]: Parameters<Append>,
): Promise<AppendResult> => {
  const page = await store.readStream({ stream, direction: 'backwards', from: 'end', limit: 1 })()
  const head = E.isRight(page) ? page.right.head : O.none
  const expected = O.isNone(head) ? noStream : at(head.value)
  return store.append(
    stream,
    expected,
    RNEA.map((event: NewEvent) => ({ ...event, id: freshId() }))(events),
  )()
}

export const idMutants: Mutants = {
  forgetsIds: mutant('does not look whether an id is stored already', forgetsIds),
  takesConflictsForRetries: mutant(
    'takes a known id for a retry whatever comes with it',
    takesForARetry('EventIdConflict'),
  ),
  takesPartsForRetries: mutant(
    'takes a batch for a retry of which only a part is stored',
    takesForARetry('BatchPartlyStored'),
  ),
  forgetsOldAppends: mutant(
    'recognises a retry only while nothing has been appended to the stream since',
    onAnswer(async (result, { store, args: [stream] }) => {
      if (E.isLeft(result) || result.right.outcome !== 'AlreadyAppended') return result
      const page = await store.readStream({ stream, direction: 'backwards', from: 'end', limit: 1 })()
      const head = E.isRight(page) ? page.right.head : O.none
      const isLast = O.isNone(head) || head.value === result.right.last
      return isLast ? result : E.left(wrongExpectedRevision(stream, head))
    }),
  ),
  answersRetriesAsNew: mutant(
    'answers a retry as if it had been stored now',
    onAnswer(E.map((appended) => ({ ...appended, outcome: 'Appended' as const }))),
  ),
  storesTheRestOfABatch: mutant(
    'stores the events of a batch that are not stored yet',
    onAnswer((result, { store, args: [stream, expected, events] }) => {
      if (E.isRight(result) || result.left._tag !== 'BatchPartlyStored') return result
      const { ids } = result.left
      const missing = events.filter(({ id }) => !ids.includes(id))
      const [first, ...rest] = missing
      return first === undefined ? result : storedAgain(store, [stream, expected, [first, ...rest]])
    }),
  ),
  dropsRepeatedIds: mutant(
    'takes the first of two events of a batch with the same id',
    onAppend((_, append) => (stream, expected, events) => {
      const [first, ...rest] = events.filter(
        (event, index) => events.findIndex(({ id }) => id === event.id) === index,
      )
      return append(stream, expected, first === undefined ? events : [first, ...rest])
    }),
  ),
  callsALostReplyAFailure: mutant(
    'says that nothing was written when it does not know',
    onAnswer((result) =>
      E.isLeft(result) && result.left._tag === 'OutcomeUnknown'
        ? E.left(unavailable(result.left.cause))
        : result,
    ),
  ),
  repeatsUnderNewIds: mutant(
    'appends once more, under other ids, when it does not know',
    onAnswer((result, { store, args }) =>
      E.isLeft(result) && result.left._tag === 'OutcomeUnknown' ? storedAgain(store, args) : result,
    ),
  ),
}
