import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import type { AuditTrailStore } from '@detrics/keys-domain'
import { lacks } from './capabilities.js'
import { answered } from './guarantee.js'
import type { Guarantee } from './guarantee.js'
import { ok, refusedAs } from './steps.js'
import { entriesOf, fill, holds, sequences, v, w, type AuditTrailHarness } from './trail-guarantee.js'
import { lastUses, pages } from './trail-reading.js'
import { checkpoint, everyKind, outcomesOf, used, workspace } from './trail-steps.js'

export type { AuditTrailHarness } from './trail-guarantee.js'

const contents: ReadonlyArray<Guarantee<AuditTrailHarness>> = [
  holds('a new trail has no checkpoint and no lines', async ({ store }) => {
    assert.deepEqual(await ok(store.checkpoint), O.none)
    assert.deepEqual(await ok(store.page({ workspaceId: w, limit: 1 })), { entries: [], next: O.none })
  }),
  holds('a line comes back as it was put in, newest first', async ({ store, other }) => {
    const entries = everyKind(w)
    await fill(store, entries)
    const numbered = entries.map((entry, index) => ({ ...entry, sequence: index + 1 }))
    assert.deepEqual(await entriesOf(other), numbered.toReversed())
  }),
  holds(
    'lines are numbered for each workspace on its own, in the order given, without gaps',
    async ({ store }) => {
      await fill(store, [used(w, 1), used(v, 2), used(w, 3)])
      await ok(store.commit(O.some(checkpoint(1)), checkpoint(2), [used(v, 4), used(w, 5)]))
      assert.deepEqual(
        (await entriesOf(store)).map(({ sequence, occurredAt }) => [sequence, occurredAt]),
        [
          [3, 5],
          [2, 3],
          [1, 1],
        ],
      )
      assert.deepEqual(await sequences(store, { workspaceId: v }), [2, 1])
    },
  ),
  holds('a workspace shows only its own lines', async ({ store }) => {
    const names = ['a', 'A', 'a-', 'a_', 'aa'].map(workspace)
    await fill(
      store,
      names.map((name, index) => used(name, index)),
    )
    for (const [index, name] of names.entries()) {
      const [entry, ...more] = await entriesOf(store, { workspaceId: name })
      assert.deepEqual([entry?.occurredAt, entry?.workspaceId, more], [index, name, []])
    }
  }),
]

const commits: ReadonlyArray<Guarantee<AuditTrailHarness>> = [
  holds('the checkpoint is where the last commit has put it', async ({ store, other }) => {
    await fill(store, [])
    assert.deepEqual(await ok(other.checkpoint), O.some(checkpoint(1)))
    await ok(other.commit(O.some(checkpoint(1)), checkpoint(2), everyKind(w)))
    assert.deepEqual(await ok(store.checkpoint), O.some(checkpoint(2)))
  }),
  holds('a commit on a stale checkpoint is refused and writes nothing', async ({ store, other }) => {
    const next = checkpoint(3)
    await refusedAs('StaleCheckpoint', store.commit(O.some(checkpoint(1)), next, everyKind(w)))
    await fill(store, everyKind(w))
    const before = await entriesOf(store)
    const stale = [
      O.none,
      O.some(checkpoint(2)),
      O.some({ ...checkpoint(1), logId: 'another' }),
      O.some({ ...checkpoint(1), eventId: checkpoint(2).eventId }),
    ]
    for (const expected of stale)
      await refusedAs('StaleCheckpoint', other.commit(expected, next, [used(w, 1), used(v, 1)]))
    assert.deepEqual(await entriesOf(store), before)
    assert.deepEqual(await entriesOf(store, { workspaceId: v }), [])
    assert.deepEqual(await ok(store.checkpoint), O.some(checkpoint(1)))
  }),
  holds('of two commits at once on the same checkpoint one wins and the other is stale', async (handles) => {
    const { store, other } = handles
    for (let number = 1; number <= 10; number++) {
      const expected = number === 1 ? O.none : O.some(checkpoint(number - 1))
      const attempt = (by: AuditTrailStore) => by.commit(expected, checkpoint(number), [used(w, number)])
      assert.deepEqual(await outcomesOf([attempt(store), attempt(other)]), ['StaleCheckpoint', 'committed'])
    }
    assert.equal((await entriesOf(store)).length, 10)
  }),
  holds('a trail that was cleared is as new', async ({ store, other }) => {
    await fill(store, everyKind(w))
    await ok(other.clear)
    assert.deepEqual(await ok(store.checkpoint), O.none)
    assert.deepEqual(await entriesOf(store), [])
    await fill(store, [used(w, 1)])
    assert.deepEqual(await sequences(store), [1])
  }),
  holds('after close every call answers TrailClosed, and closing again is harmless', async ({ store }) => {
    await answered(store.close())
    await answered(store.close())
    await refusedAs('TrailClosed', store.checkpoint)
    await refusedAs('TrailClosed', store.commit(O.none, checkpoint(1), []))
    await refusedAs('TrailClosed', store.page({ workspaceId: w, limit: 1 }))
    await refusedAs('TrailClosed', store.lastUses(w, []))
    await refusedAs('TrailClosed', store.clear)
  }),
  holds('a trail outlives its handles exactly if the store says so', async ({ store, other, harness }) => {
    await fill(store, everyKind(w))
    const isPersistent = !lacks(harness, 'persistent')
    const before = await entriesOf(store)
    await answered(Promise.all([store.close(), other.close()]))
    const later = await harness.reopen()
    try {
      assert.deepEqual(await entriesOf(later), isPersistent ? before : [])
      assert.deepEqual(await ok(later.checkpoint), isPersistent ? O.some(checkpoint(1)) : O.none)
    } finally {
      await later.close()
    }
  }),
]

/** What every store of the audit trail must hold. */
export const auditTrailSuite: ReadonlyArray<Guarantee<AuditTrailHarness>> = [
  ...contents,
  ...pages,
  ...lastUses,
  ...commits,
]
