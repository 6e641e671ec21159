import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { EventId, StreamId, noStream } from '@detrics/keys-domain'
import type { Appended, EventStore, NewEvent } from '@detrics/keys-domain'

export const streamId = (name: string): StreamId => {
  if (!StreamId.is(name)) throw new Error(`${name} is no name of a stream`)
  return name
}

export const newEvent = (over: Partial<NewEvent> = {}): NewEvent => {
  const id: string = randomUUID()
  if (!EventId.is(id)) throw new Error(`${id} is no id`)
  return { id, type: 'Happened', schema: 1, data: '{}', metadata: '{}', ...over }
}

export const newEvents = (size: number): readonly [NewEvent, ...Array<NewEvent>] => [
  newEvent(),
  ...Array.from({ length: size - 1 }, () => newEvent()),
]

export const got = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

/** Appends events to a new stream. */
export const appendTo = (store: EventStore, name: string, size = 1): Promise<Appended> =>
  got(store.append(streamId(name), noStream, newEvents(size)))
