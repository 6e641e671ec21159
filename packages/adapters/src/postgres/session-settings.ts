import * as E from 'fp-ts/lib/Either.js'
import { unsent } from './fault.js'
import type { Fault } from './fault.js'
import type { Rows } from './session.js'

const statementMs = 3_500
const lockMs = 3_000
const idleInTransactionMs = 5_000
/** The oldest version that was tried. */
const versionMin = 15

/**
 * Asks what the server is set to, pins what every connection of a log relies on, and asks what came of it.
 *
 * READ COMMITTED: each statement of a read must see what was committed before it, or events are missed for good.
 * `synchronous_commit`: `on`, or stronger where the server says so. `local` and `remote_write` would be safe on this
 * server, yet not across a failover to a synchronous standby, and `on` is the same as `local` where there is none.
 * The plans follow from the statements and not from statistics, which are wrong for a log that has just grown.
 */
export const sessionSettings = `
SELECT current_setting('server_version_num'), current_setting('server_encoding'), current_setting('fsync'),
  current_setting('full_page_writes'), current_setting('synchronous_commit'), pg_is_in_recovery();
SELECT set_config('synchronous_commit',
  CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false);
SET default_transaction_isolation = 'read committed';
SET default_transaction_read_only = off;
SET client_encoding = 'UTF8';
SET search_path = pg_catalog;
SET statement_timeout = ${statementMs};
SET lock_timeout = ${lockMs};
SET idle_in_transaction_session_timeout = ${idleInTransactionMs};
SET plan_cache_mode = force_generic_plan;
SET enable_seqscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET jit = off;
SELECT current_setting('default_transaction_isolation'), current_setting('synchronous_commit');
`

/** By the answers to the above: why this server must not be relied on, by name. */
export const checkServer = (answers: ReadonlyArray<Rows>): E.Either<Fault, void> => {
  const [version, encoding, fsync, fullPageWrites, synchronousCommit, inRecovery] = answers[0]?.[0] ?? []
  const [isolation, pinnedCommit] = pinned(answers)
  const major = Math.floor(Number(version) / 10_000)
  const reasons: ReadonlyArray<readonly [refused: boolean, reason: string]> = [
    [!(major >= versionMin), `the server is PostgreSQL ${major}; ${versionMin} is the oldest that will do`],
    [inRecovery !== 'f', inRecoveryReason],
    [encoding !== 'UTF8', `the encoding of the database is ${encoding}, not UTF8`],
    [fsync !== 'on', 'fsync is off: a crash would take acknowledged events'],
    [fullPageWrites !== 'on', 'full_page_writes is off: a crash would damage the log'],
    [synchronousCommit === 'off', 'synchronous_commit is off: a crash would take acknowledged events'],
    [isolation !== 'read committed', 'default_transaction_isolation cannot be set to read committed'],
    [pinnedCommit !== 'on' && pinnedCommit !== 'remote_apply', 'synchronous_commit cannot be set to on'],
  ]
  const refused = reasons.find(([isRefused]) => isRefused)
  return refused === undefined ? E.right(undefined) : E.left(unsent(refused[1]))
}

/** Further settings of a session may follow, whose answers have no rows. */
const pinned = (answers: ReadonlyArray<Rows>): ReadonlyArray<string | null> =>
  answers.findLast((rows) => rows.length > 0)?.[0] ?? []

export const inRecoveryReason = 'the server is in recovery: a replica may lag behind what was acknowledged'
