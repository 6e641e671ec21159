import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { revision } from '@detrics/keys-domain'
import type {
  Checkpoint,
  Instant,
  KeyId,
  TrailEntry,
  TrailError,
  TrailPage,
  TrailQuery,
  WorkspaceId,
} from '@detrics/keys-domain'
import { isAccepted } from '../shared/trail.js'
import { facetOf } from '../shared/trail-facets.js'
import type { Row } from './session.js'
import { pageFrom, pageStatement } from './trail-pager.js'
import type { Run } from './trail-session.js'

type Answer<A> = TE.TaskEither<TrailError, A>

/** The statements of the audit trail; each call is one round trip and one transaction. */
export interface TrailTables {
  readonly checkpoint: Answer<O.Option<Checkpoint>>
  /** False, and nothing was written, when the checkpoint is not the expected one. */
  readonly commit: (
    expected: O.Option<Checkpoint>,
    next: Checkpoint,
    entries: ReadonlyArray<TrailEntry>,
  ) => Answer<boolean>
  readonly page: (query: TrailQuery) => Answer<TrailPage>
  readonly lastUses: (
    workspaceId: WorkspaceId,
    keyIds: ReadonlyArray<KeyId>,
  ) => Answer<ReadonlyMap<KeyId, Instant>>
  readonly clear: Answer<void>
}

/** By which sessions to read, and by which to write. */
export interface TrailRuns {
  readonly read: Run
  readonly write: Run
}

/** The name of the schema is in quotes: it is written into the statements as it is. */
export const trailTables = (schema: string, { read, write }: TrailRuns): TrailTables => ({
  checkpoint: pipe(
    read({
      name: 'checkpoint',
      text: `SELECT log_id, position, event_id, stream, revision FROM ${schema}.trail_checkpoint`,
      values: [],
    }),
    TE.map(([row = []]) => checkpointFrom(row)),
  ),
  commit: (expected, next, entries) =>
    pipe(
      write({
        name: 'commit',
        text: `SELECT ${schema}.trail_commit($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        values: [comparedOf(expected), columnsOf(next), ...linesOf(entries)],
      }),
      TE.map(([row = []]) => row[0] === 't'),
    ),
  page: (query) =>
    pipe(
      pageStatement(schema, query),
      O.match((): ReturnType<Run> => TE.right([]), read),
      TE.map((rows) => pageFrom(query, rows)),
    ),
  lastUses: (workspaceId, keyIds) =>
    pipe(
      read({
        name: 'last uses',
        text: `SELECT key_id, last_at FROM ${schema}.trail_last_uses
          WHERE workspace = (SELECT id FROM ${schema}.trail_workspaces WHERE name = $1) AND key_id = ANY($2)`,
        values: [workspaceId, keyIds],
      }),
      TE.map((rows) => new Map(rows.map(([keyId, lastAt]) => [keyId as KeyId, Number(lastAt) as Instant]))),
    ),
  clear: pipe(
    write({ name: 'clear', text: `SELECT ${schema}.trail_clear()`, values: [] }),
    TE.map(() => undefined),
  ),
})

/** The row is this module's own, and written as a whole or empty. */
const checkpointFrom = ([logId, position, eventId, stream, at]: Row): O.Option<Checkpoint> =>
  typeof at === 'string'
    ? O.some({ logId, position, eventId, stream, revision: revision(BigInt(at)) } as Checkpoint)
    : O.none

/** What tells one checkpoint from another; before the first commit the row holds nothing. */
const comparedOf = (checkpoint: O.Option<Checkpoint>): ReadonlyArray<string | null> =>
  O.isNone(checkpoint)
    ? [null, null, null]
    : [checkpoint.value.logId, checkpoint.value.position, checkpoint.value.eventId]

const columnsOf = (checkpoint: Checkpoint): ReadonlyArray<string> => [
  checkpoint.logId,
  checkpoint.position,
  checkpoint.eventId,
  checkpoint.stream,
  checkpoint.revision.toString(),
]

/** Column by column, for `unnest`: however many lines there are, the statement has as many parameters. */
const linesOf = (entries: ReadonlyArray<TrailEntry>): ReadonlyArray<ReadonlyArray<unknown>> => [
  entries.map(({ workspaceId }) => workspaceId),
  ordinalsOf(entries),
  entries.map(({ occurredAt }) => occurredAt),
  entries.map((entry) => (isAccepted(entry) ? entry.lastAt : null)),
  entries.map(({ keyId }) => keyId),
  entries.map(facetOf),
  entries.map(restOf),
]

/** What has no column of its own. */
const restOf = (entry: TrailEntry): string => {
  const { workspaceId: _, keyId: __, occurredAt: ___, ...rest } = entry
  return JSON.stringify(rest)
}

/** Of each line its number among those of its workspace in this commit: 1, 2, 3 … */
const ordinalsOf = (entries: ReadonlyArray<TrailEntry>): ReadonlyArray<number> => {
  const counts = new Map<WorkspaceId, number>()
  return entries.map(({ workspaceId }) => {
    const ordinal = (counts.get(workspaceId) ?? 0) + 1
    counts.set(workspaceId, ordinal)
    return ordinal
  })
}
