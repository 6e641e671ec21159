import type {
  ActivityPage,
  ActivityRequest,
  KeyId,
  KeyPage,
  KeyView,
  Keys,
  KeysError,
  ListRequest,
  NumberedTrailEntry,
  Secret,
  UseContext,
  Verdict,
  WorkspaceId,
} from '@detrics/keys'
import { Instant, reveal } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import { fromNullable, none, type Option, some } from 'fp-ts/lib/Option.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'

type FakedKeys = Pick<Keys, 'verify' | 'watch' | 'get' | 'list' | 'activity'>

interface FakeKey {
  readonly view: KeyView
  readonly secret: string
  state: 'active' | 'revoked' | 'expired'
}

export const instant = (iso: string): Instant => {
  const ms: unknown = Date.parse(iso)
  if (!Instant.is(ms)) throw new Error(`not an instant: ${iso}`)
  return ms
}

/** Ids and secrets have the form of real ones, so that they are recognised and redacted as real ones are. */
const idOf = (n: number): KeyId => `0197c2a0-0000-7000-8000-${String(n).padStart(12, '0')}` as KeyId
export const secretOf = (n: number): string =>
  `detrics_${String(n).padStart(22, '0')}_${'abcDEF12'.repeat(4)}${'Zz09Qq'}`

/** Keys in memory with a memory of what was asked, in order. */
export const fakeKeys = () => {
  const rows: Array<FakeKey> = []
  const journal: Array<string> = []
  const uses: Array<UseContext & { readonly presented: string; readonly outcome: string }> = []
  const watches = new Map<string, Set<AbortController>>()
  let down = false
  let readsDown: boolean | 'throwing' = false

  const read =
    <A>(what: string, answer: () => E.Either<KeysError, A>): TE.TaskEither<KeysError, A> =>
    async () => {
      journal.push(what)
      if (readsDown === 'throwing') throw new Error('cannot read /secret/path')
      return down || readsDown
        ? E.left({ _tag: 'StoreUnavailable', cause: 'SQLITE_IOERR at /secret/path' })
        : answer()
    }

  const verdictOf = (row: FakeKey | undefined): Verdict => {
    if (row === undefined) return { _tag: 'Refused', reason: 'unknown' }
    if (row.state !== 'active') return { _tag: 'Refused', reason: row.state }
    const { keyId, workspaceId, name, expiresAt } = row.view
    return { _tag: 'Active', keyId, workspaceId, name, ...(expiresAt === undefined ? {} : { expiresAt }) }
  }

  const keys: FakedKeys = {
    verify: (presented: string | Secret, use) => async () => {
      const text = typeof presented === 'string' ? presented : reveal(presented)
      journal.push(`verify ${use.action}`)
      const row = rows.find(({ secret }) => secret === text)
      const verdict: Verdict = down ? { _tag: 'Unavailable' } : verdictOf(row)
      uses.push({ ...use, presented: text, outcome: verdict._tag })
      await Promise.resolve()
      journal.push(`verified ${use.action}`)
      return verdict
    },
    watch: (keyId) => {
      const controller = new AbortController()
      const open = watches.get(keyId) ?? new Set()
      watches.set(keyId, open.add(controller))
      if (rows.find(({ view }) => view.keyId === keyId)?.state !== 'active') controller.abort()
      return { signal: controller.signal, release: () => void open.delete(controller) }
    },
    get: ({ workspaceId, keyId }) =>
      read('get', () => {
        const row = rows.find(({ view }) => view.workspaceId === workspaceId && view.keyId === keyId)
        return row === undefined ? E.left({ _tag: 'KeyNotFound' }) : E.right(row.view)
      }),
    list: (request) => read('list', () => page(rows, request)),
    activity: (request) => read('activity', () => trail(entries, request)),
  }

  const entries: Array<NumberedTrailEntry> = []

  return {
    keys,
    journal,
    uses,
    entries,
    add: (workspaceId: string, name: string, expiresAt?: Instant) => {
      const n = rows.length + 1
      const view: KeyView = {
        keyId: idOf(n),
        workspaceId: workspaceId as WorkspaceId,
        name,
        mask: `detrics_${String(n).padStart(22, '0')}_…`,
        status: 'active',
        createdAt: instant('2026-02-16T09:30:00Z'),
        createdBy: { type: 'system', reason: 'test' },
        revision: 0n as unknown as KeyView['revision'],
        ...(expiresAt === undefined ? {} : { expiresAt, endsAt: expiresAt }),
      }
      rows.push({ view, secret: secretOf(n), state: 'active' })
      return { keyId: view.keyId, secret: secretOf(n) }
    },
    end: (keyId: string, state: 'revoked' | 'expired' = 'revoked') => {
      for (const row of rows) if (row.view.keyId === keyId) row.state = state
      for (const controller of watches.get(keyId) ?? []) controller.abort()
    },
    /** Lets the key be accepted again, as after a rotation. */
    revive: (keyId: string) => {
      for (const row of rows) if (row.view.keyId === keyId) row.state = 'active'
    },
    setDown: (is: boolean) => {
      down = is
    },
    /** Lets reading fail while verification goes on: by an answer, or by an exception, as a bug would. */
    setReadsDown: (is: boolean | 'throwing') => {
      readsDown = is
    },
    openWatches: () => [...watches.values()].reduce((sum, open) => sum + open.size, 0),
  }
}

export type FakeKeys = ReturnType<typeof fakeKeys>

const page = (rows: ReadonlyArray<FakeKey>, request: ListRequest): E.Either<KeysError, KeyPage> => {
  const own = rows.map(({ view }) => view).filter(({ workspaceId }) => workspaceId === request.workspaceId)
  const start = request.after === undefined ? 0 : own.findIndex(({ keyId }) => keyId === request.after) + 1
  if (request.after !== undefined && start === 0)
    return E.left({ _tag: 'InvalidInput', field: 'after', detail: 'is no cursor of this list' })
  const keys = own.slice(start, start + (request.limit ?? 50))
  const more = start + keys.length < own.length
  return E.right({ keys, next: more ? fromNullable(keys.at(-1)?.keyId) : none })
}

const trail = (
  entries: ReadonlyArray<NumberedTrailEntry>,
  request: ActivityRequest,
): E.Either<KeysError, ActivityPage> => {
  const { since = 0, before = Number.MAX_SAFE_INTEGER, limit = 50 } = request
  const found = entries
    .filter(({ workspaceId }) => workspaceId === request.workspaceId)
    .filter(({ keyId }) => request.keyId === undefined || keyId === request.keyId)
    .filter(({ occurredAt, sequence }) => occurredAt >= since && sequence < before)
    .toReversed()
  const shown = found.slice(0, limit)
  const next: Option<number> = found.length > limit ? some(shown.at(-1)!.sequence) : none
  return E.right({ entries: shown, next })
}
