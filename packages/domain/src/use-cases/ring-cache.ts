import { none, type Option } from 'fp-ts/lib/Option.js'
import type { Revision } from '../event-store/event.js'
import { emptyRing, type KeyRing } from '../key-ring/state.js'
import type { WorkspaceId } from '../values/workspace-id.js'

/** A ring as far as this process has read it; `head` is the last revision in it. */
export interface LoadedRing {
  readonly ring: KeyRing
  readonly head: Option<Revision>
}

export const nothingLoaded: LoadedRing = { ring: emptyRing, head: none }

/** Folded rings of the workspaces that were used last, so that a command reads only what is new. */
export interface RingCache {
  readonly get: (workspaceId: WorkspaceId) => LoadedRing
  readonly set: (workspaceId: WorkspaceId, loaded: LoadedRing) => void
  /** Forgets every ring: the log was set back, and what was folded from it may never have happened. */
  readonly clear: () => void
  /** Runs one task of a workspace at a time, so that this process does not contend with itself; undefined when too
   * many wait already. */
  readonly exclusively: <A>(workspaceId: WorkspaceId, task: () => Promise<A>) => Promise<A> | undefined
  /**
   * Runs a task at once. Tasks of `exclusively` that have not begun wait until it is over: each of them would be at the
   * store first with what it decided from memory, and the urgent one would find a conflict again and again.
   */
  readonly urgently: <A>(workspaceId: WorkspaceId, task: () => Promise<A>) => Promise<A>
}

const waitingMax = 1_000

/** A cache of at most `workspacesMax` rings; the one unused for longest goes first. */
export const ringCache = (workspacesMax: number): RingCache => {
  const rings = new Map<WorkspaceId, LoadedRing>()
  const queues = new Map<WorkspaceId, { tail: Promise<unknown>; waiting: number }>()
  /** What has to be over before a task of `exclusively` begins. */
  const urgent = new Map<WorkspaceId, Promise<unknown>>()

  const set = (workspaceId: WorkspaceId, loaded: LoadedRing): void => {
    rings.delete(workspaceId)
    rings.set(workspaceId, loaded)
    const oldest = rings.size > workspacesMax ? rings.keys().next() : undefined
    if (oldest?.value !== undefined) rings.delete(oldest.value)
  }

  const exclusively = <A>(workspaceId: WorkspaceId, task: () => Promise<A>): Promise<A> | undefined => {
    const queue = queues.get(workspaceId) ?? { tail: Promise.resolve(), waiting: 0 }
    if (queue.waiting >= waitingMax) return undefined
    queue.waiting += 1
    queues.set(workspaceId, queue)
    const result = queue.tail.then(async () => {
      while (urgent.has(workspaceId)) await urgent.get(workspaceId)
      return task()
    })
    queue.tail = result
      .catch(() => undefined)
      .finally(() => {
        queue.waiting -= 1
        if (queue.waiting === 0) queues.delete(workspaceId)
      })
    return result
  }

  const urgently = <A>(workspaceId: WorkspaceId, task: () => Promise<A>): Promise<A> => {
    const result = task()
    const over = Promise.allSettled([urgent.get(workspaceId), result]).then(() => {
      if (urgent.get(workspaceId) === over) urgent.delete(workspaceId)
    })
    urgent.set(workspaceId, over)
    return result
  }

  return {
    get: (workspaceId) => rings.get(workspaceId) ?? nothingLoaded,
    set,
    clear: () => rings.clear(),
    exclusively,
    urgently,
  }
}
