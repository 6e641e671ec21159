import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Use } from '../activity/use.js'

/** The use could not be put on record in time; the action must not be carried out. `cause` is for the log. */
export interface NotRecorded {
  readonly _tag: 'NotRecorded'
  readonly cause: string
}

/** Puts uses of keys on record. */
export interface UseRecorder {
  /**
   * Resolves once the use is stored for good, after at most 2 s otherwise with `NotRecorded`. A refused use is then
   * kept and stored when the store is there again, while the process runs.
   */
  readonly record: (use: Use) => TaskEither<NotRecorded, void>
  /** Counts a use that need not be on record before its answer; stored within a second while store and process run. */
  readonly count: (use: Use) => void
  /** Stores what is counted and waits for what is under way. Calling it again is harmless. */
  readonly close: Task<void>
}
