import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { at, noStream, revision, type ExpectedRevision } from '../event-store/event.js'
import { encodeKeyRingEvent, keyRingStream } from '../key-ring/codec.js'
import type { KeyRingCommand } from '../key-ring/commands.js'
import { decide } from '../key-ring/decisions.js'
import type { KeyRingEvent } from '../key-ring/events.js'
import type { Metadata, RequestMark } from '../key-ring/metadata.js'
import { fold, type KeyRing } from '../key-ring/state.js'
import type { Actor } from '../values/actor.js'
import type { Instant } from '../values/instant.js'
import type { Origin } from '../values/origin.js'
import type { WorkspaceId } from '../values/workspace-id.js'
import { appendSurely } from './append-surely.js'
import type { Environment } from './environment.js'
import { contended, type CommandError } from './errors.js'
import { loadRingSurely } from './load-ring.js'
import type { LoadedRing } from './ring-cache.js'

/** In which workspace, by whom, from where, and whether it may be a repetition. */
export interface CommandContext {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly origin: Origin
  readonly request?: RequestMark
}

/** A ring after a command. `events` is empty when there was nothing to do. */
export interface Changed {
  readonly ring: KeyRing
  readonly events: ReadonlyArray<KeyRingEvent>
  readonly now: Instant
}

/** How long a command tries; a revocation tries for longer, since giving up on it is worse than a slow answer. */
export interface Persistence {
  readonly attemptsMax: number
  readonly deadlineMs: number
  /** Whether it waits for the commands of its workspace that came before it in this process. */
  readonly waitsItsTurn: boolean
}

const pauseMsMax = 100

/**
 * Load, decide, append: on a conflict the tail of the stream is read and the command decided again, a bounded number of
 * times. Before a refusal or an empty decision leaves, the tail is read, since a cached ring must not refuse a name
 * that was freed in another process.
 */
export const changeRing =
  (environment: Environment, context: CommandContext, persistence: Persistence) =>
  (command: (now: Instant) => KeyRingCommand): TaskEither<CommandError, Changed> =>
  async () => {
    // Taken before the turn comes: the time in the queue is part of what the caller waits.
    const deadline = environment.clock.monotonicMs() + persistence.deadlineMs
    const change = (): Promise<E.Either<CommandError, Changed>> =>
      attempts(environment, context, { attemptsMax: persistence.attemptsMax, deadline }, command)
    if (!persistence.waitsItsTurn) return environment.rings.urgently(context.workspaceId, change)
    const result = environment.rings.exclusively(context.workspaceId, change)
    return result === undefined ? E.left(contended) : await result
  }

const attempts = async (
  environment: Environment,
  context: CommandContext,
  { attemptsMax, deadline }: { readonly attemptsMax: number; readonly deadline: number },
  command: (now: Instant) => KeyRingCommand,
): Promise<E.Either<CommandError, Changed>> => {
  const { clock, rings } = environment
  for (let attempt = 1; attempt <= attemptsMax && clock.monotonicMs() < deadline; attempt += 1) {
    const cached = rings.get(context.workspaceId)
    const isFresh = attempt > 1 || O.isNone(cached.head)
    const loaded = isFresh
      ? await loadRingSurely(environment, context.workspaceId, deadline)
      : E.right(cached)
    if (E.isLeft(loaded)) return loaded
    const { ring } = loaded.right
    const now = clock.now()
    const decision = decide(command(now), ring)
    if (E.isRight(decision) && RA.isNonEmpty(decision.right)) {
      const result = await commit(environment, context, loaded.right, {
        events: decision.right,
        now,
        deadline,
      })
      if (result !== 'conflict') return result
      await clock.pause(Math.min(pauseMsMax, 2 ** attempt))()
    } else if (isFresh) {
      return E.map(() => ({ ring, events: [], now }))(decision)
    }
  }
  return E.left(contended)
}

interface Batch {
  readonly events: RNEA.ReadonlyNonEmptyArray<KeyRingEvent>
  readonly now: Instant
  readonly deadline: number
}

/** Appends what was decided, under event ids that are made once, so that every retry sends the same bytes. */
const commit = async (
  { store, clock, ids, rings }: Environment,
  { workspaceId, actor, origin, request }: CommandContext,
  loaded: LoadedRing,
  { events, now, deadline }: Batch,
): Promise<E.Either<CommandError, Changed> | 'conflict'> => {
  const marked = request === undefined ? {} : { request }
  const metadata: Metadata = { actor, occurredAt: now, correlationId: ids.correlationId(), origin, ...marked }
  const batch = RNEA.map((event: KeyRingEvent) => encodeKeyRingEvent(ids.eventId(), event, metadata))(events)
  const appended = await appendSurely(
    { store, clock, deadlineMs: deadline },
    keyRingStream(workspaceId),
    expectedAfter(loaded),
    batch,
  )
  if (E.isLeft(appended))
    return appended.left._tag === 'WrongExpectedRevision' ? 'conflict' : E.left(appended.left)
  const { first, last } = appended.right
  const entries = events.map((event, i) => ({ event, metadata, revision: revision(first + BigInt(i)) }))
  const ring = fold(loaded.ring, entries)
  rings.set(workspaceId, { ring, head: O.some(last) })
  return E.right({ ring, events, now })
}

const expectedAfter = ({ head }: LoadedRing): ExpectedRevision => (O.isSome(head) ? at(head.value) : noStream)
