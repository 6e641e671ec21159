import * as E from 'fp-ts/lib/Either.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { eventBytesMax } from '@detrics/keys-domain'
import type { AppendError, EventId, NewEvent, RecordedEvent } from '@detrics/keys-domain'
import { mutant, onAnswer, onEvents, onStream } from './mutate.js'
import type { Append, AppendResult, Mutants, Mutation } from './mutate.js'

/** Changes a refused batch and tries it again. */
const repairs = (
  isRefusal: (error: AppendError) => boolean,
  change: (event: NewEvent) => NewEvent,
): Mutation =>
  onAnswer((result, { store, args: [stream, expected, events] }): AppendResult | Promise<AppendResult> =>
    E.isLeft(result) && isRefusal(result.left)
      ? store.append(stream, expected, RNEA.map(change)(events))()
      : result,
  )

const sharesItsObjects: Mutation = (store) => {
  const kept = new Map<EventId, RecordedEvent>()
  return onEvents((event) => {
    const shared = kept.get(event.id) ?? { ...event }
    kept.set(event.id, shared)
    return shared
  })(store)
}

/** Looks at the caller's objects again when it is about to store them. */
const storesLater: Mutation = (store) => {
  const given = new Map<EventId, NewEvent>()
  const append: Append = (stream, expected, events) => {
    for (const event of events) given.set(event.id, event)
    return store.append(stream, expected, events)
  }
  return {
    ...onEvents((event) => ({ ...event, data: given.get(event.id)?.data ?? event.data }))(store),
    append,
  }
}

const inData = (change: (text: string) => string): Mutation =>
  onEvents((event) => ({ ...event, data: change(event.data) }))

export const dataMutants: Mutants = {
  storesParsedData: mutant(
    'parses the data and writes it anew',
    inData((text) => JSON.stringify(JSON.parse(text))),
  ),
  normalisesText: mutant(
    'brings text into the normal form of Unicode',
    inData((text) => text.normalize('NFC')),
  ),
  unescapesNul: mutant(
    'drops the escaped character U+0000',
    inData((text) => text.replaceAll('\\u0000', '')),
  ),
  dropsMetadata: mutant(
    'does not keep the metadata',
    onEvents((event) => ({ ...event, metadata: '{}' })),
  ),
  forgetsTheSchema: mutant(
    'says of every event that its schema is 1',
    onEvents((event) => ({ ...event, schema: 1 })),
  ),
  tellsTheTimeInSeconds: mutant(
    'tells when an event was recorded in seconds',
    onEvents((event) => ({ ...event, recordedAt: event.recordedAt / 1_000 })),
  ),
  givesNumbersForRevisions: mutant(
    'tells revisions of a stream as numbers',
    onStream((page) => ({
      ...page,
      events: page.events.map((event) => ({ ...event, revision: Number(event.revision) as never })),
    })),
  ),
  answersNumbersForRevisions: mutant(
    'answers an append with numbers',
    onAnswer(
      E.map((appended) => ({
        ...appended,
        first: Number(appended.first) as never,
        last: Number(appended.last) as never,
      })),
    ),
  ),
  cutsLongData: mutant(
    'cuts data that is too long instead of refusing it',
    repairs(
      ({ _tag }) => _tag === 'TooLarge',
      (event) => (event.data.length > eventBytesMax / 4 ? { ...event, data: '""' } : event),
    ),
  ),
  takesAnyText: mutant(
    'stores null for what is no JSON',
    repairs(
      (error) => error._tag === 'InvalidRequest' && /JSON/.test(error.detail),
      (event) => ({ ...event, data: 'null', metadata: 'null' }),
    ),
  ),
  cutsLongTypes: mutant(
    'cuts a type that is too long instead of refusing it',
    repairs(
      (error) => error._tag === 'InvalidRequest' && /type/.test(error.detail),
      (event) => ({ ...event, type: event.type.slice(0, 64) }),
    ),
  ),
  cutsLargeBatches: mutant(
    'stores the beginning of a batch that is too large',
    onAnswer((result, { store, args: [stream, expected, [first, ...rest]] }) =>
      rest.length >= 1_000 && E.isLeft(result)
        ? store.append(stream, expected, [first, ...rest.slice(0, 999)])()
        : result,
    ),
  ),
  sharesItsObjects: mutant('gives the same object to every reader', sharesItsObjects),
  storesLater: mutant('reads the objects of the caller again after it has answered', storesLater),
}
