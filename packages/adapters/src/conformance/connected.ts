import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import { noStream } from '@detrics/keys-domain'
import type { StoreError } from '@detrics/keys-domain'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { answered, holdsWith } from './guarantee.js'
import type { EventStoreGuarantee, Handles } from './guarantee.js'
import type { ConnectionHooks } from './harness.js'
import { newEvent, ok, stream, tagOf } from './steps.js'
import { countSockets } from './traces.js'

/** A store that was cut off works again after so many of its longest calls at the latest. */
const reachableAfterCalls = 2
const tryAgainMs = 20

/** A guarantee about lost connections; a store that declares that it has none must open none. */
export const holdsConnected = (
  guarantee: string,
  show: (handles: Handles, connection: ConnectionHooks) => Promise<void>,
): EventStoreGuarantee =>
  holdsWith('connection', guarantee, {
    show: (handles) => {
      assert.ok(handles.harness.connection !== undefined, 'the harness has no hooks for its connection')
      return show(handles, handles.harness.connection)
    },
    showAbsence,
  })

const showAbsence = async ({ harness }: Handles): Promise<void> => {
  const before = countSockets()
  const handles = await Promise.all([harness.reopen(), harness.reopen(), harness.reopen()])
  try {
    for (const [index, handle] of handles.entries())
      await ok(handle.append(stream(`handle-${index}`), noStream, [newEvent()]))
    assert.ok(countSockets() <= before, 'it has a connection')
  } finally {
    await answered(Promise.all(handles.map((handle) => handle.close())))
  }
}

/** Tries until the store can be reached again; what else it answers is the result. */
export const whenReachable = async <L extends StoreError, A>(
  task: TaskEither<L, A>,
  { answersWithinMs }: ConnectionHooks,
): Promise<E.Either<L, A>> => {
  const deadline = performance.now() + reachableAfterCalls * answersWithinMs
  for (;;) {
    const result = await answered(task())
    const isAway = E.isLeft(result) && ['Unavailable', 'OutcomeUnknown'].includes(result.left._tag)
    if (!isAway || performance.now() > deadline) return result
    await new Promise((resolve) => setTimeout(resolve, tryAgainMs))
  }
}

export const reached = async <L extends StoreError, A>(
  task: TaskEither<L, A>,
  connection: ConnectionHooks,
): Promise<A> => {
  const result = await whenReachable(task, connection)
  return E.isRight(result) ? result.right : assert.fail(`expected a result, got ${tagOf(result.left)}`)
}
