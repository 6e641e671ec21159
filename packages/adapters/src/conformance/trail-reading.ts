import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { present, trailPageLimitMax } from '@detrics/keys-domain'
import type {
  AuditTrailStore,
  Instant,
  NumberedTrailEntry,
  TrailEntry,
  TrailPage,
  TrailQuery,
  UseOutcome,
} from '@detrics/keys-domain'
import type { Guarantee } from './guarantee.js'
import { ok, refusedAs } from './steps.js'
import { fill, holds, one, sequences, two, v, w, type AuditTrailHarness } from './trail-guarantee.js'
import {
  checkpoint,
  everyKind,
  instant,
  manyLines,
  outcomes,
  refusedUse,
  used,
  workspace,
} from './trail-steps.js'

export const pages: ReadonlyArray<Guarantee<AuditTrailHarness>> = [
  holds('pages of any size together are the trail, and the last says that it is', async ({ store }) => {
    await fill(
      store,
      Array.from({ length: 9 }, (_, index) => used(w, index)),
    )
    for (let limit = 1; limit <= 10; limit++) {
      const found: Array<number> = []
      let next: O.Option<number> = O.some(10)
      while (O.isSome(next)) {
        const page = await ok(store.page({ workspaceId: w, before: next.value, limit }))
        found.push(...page.entries.map(({ sequence }) => sequence))
        assert.ok(page.entries.length === limit || O.isNone(page.next))
        next = page.next
      }
      assert.deepEqual(found, [9, 8, 7, 6, 5, 4, 3, 2, 1])
    }
  }),
  holds('a trail can be asked for one key, from an instant on, and for both', async ({ store }) => {
    await fill(store, [
      used(w, 10, one),
      used(w, 20, two),
      used(w, 15, one),
      used(w, 30, one),
      used(v, 40, one),
    ])
    assert.deepEqual(await sequences(store, { keyId: one }), [4, 3, 1])
    assert.deepEqual(await sequences(store, { since: instant(15) }), [4, 3, 2])
    assert.deepEqual(await sequences(store, { keyId: one, since: instant(11) }), [4, 3])
    assert.deepEqual(await sequences(store, { keyId: two, since: instant(21) }), [])
    const page = await ok(store.page({ workspaceId: w, keyId: one, since: instant(11), before: 4, limit: 1 }))
    assert.deepEqual([page.entries.map(({ sequence }) => sequence), page.next], [[3], O.none])
  }),
  holds('a trail can be asked for one kind, and for the uses that ended in one way', async ({ store }) => {
    await fill(store, everyKind(w))
    assert.deepEqual(await sequences(store, { kind: 'created' }), [2, 1])
    assert.deepEqual(await sequences(store, { kind: 'renamed' }), [3])
    assert.deepEqual(await sequences(store, { kind: 'revoked' }), [5, 4])
    assert.deepEqual(await sequences(store, { kind: 'used' }), [7, 6])
    assert.deepEqual(await sequences(store, { outcome: 'accepted' }), [6])
    assert.deepEqual(await sequences(store, { outcome: 'wrong-secret', kind: 'used' }), [7])
    assert.deepEqual(await sequences(store, { outcome: 'revoked' }), [])
    assert.deepEqual(await sequences(store, { outcome: 'accepted', kind: 'revoked' }), [])
  }),
  holds(
    'a trail can be asked for a time: its beginning belongs to it, its end does not',
    async ({ store }) => {
      await fill(
        store,
        [10, 20, 20, 30, 15].map((at) => used(w, at)),
      )
      assert.deepEqual(await sequences(store, { until: instant(20) }), [5, 1])
      assert.deepEqual(await sequences(store, { until: instant(10) }), [])
      assert.deepEqual(await sequences(store, { since: instant(15), until: instant(30) }), [5, 3, 2])
      assert.deepEqual(await sequences(store, { since: instant(20), until: instant(20) }), [])
      assert.deepEqual(await sequences(store, { since: instant(30), until: instant(20) }), [])
    },
  ),
  holds('all filters together leave exactly the lines that fit them all, page by page', async ({ store }) => {
    const lines = await filledWithMany(store)
    for (const filters of combinations(lines)) {
      const expected = lines.filter((line) => fits(line, filters)).map(({ sequence }) => sequence)
      assert.deepEqual(await allSequences(store, filters), expected.toReversed(), JSON.stringify(filters))
    }
  }),
  holds('a limit that is not from 1 to the greatest is refused', async ({ store }) => {
    await fill(store, everyKind(w))
    for (const limit of [0, -1, 1.5, Number.NaN, trailPageLimitMax + 1])
      await refusedAs('TrailUnavailable', store.page({ workspaceId: w, limit }))
  }),
]

type Filters = Pick<TrailQuery, 'keyId' | 'kind' | 'outcome' | 'since' | 'until'>

/** Fills a trail by commits of many sizes, beside those of another workspace; gives the lines that must be in it. */
const filledWithMany = async (store: AuditTrailStore): Promise<ReadonlyArray<NumberedTrailEntry>> => {
  const entries = manyLines(w, 2_300)
  const cuts = [0, 1, 3, 700, 999, 1_001, 1_900, 2_000, entries.length]
  for (const [number, cut] of cuts.entries()) {
    const expected = number === 0 ? O.none : O.some(checkpoint(number))
    const next = [used(v, cut), ...entries.slice(cut, cuts[number + 1])]
    await ok(store.commit(expected, checkpoint(number + 1), next))
  }
  return entries.map((entry, index) => ({ ...entry, sequence: index + 1 }))
}

/** Filters of all kinds in every combination; the times lie where the lines do, also at round counts, and nowhere. */
const combinations = (lines: ReadonlyArray<NumberedTrailEntry>): ReadonlyArray<Filters> => {
  const at = (index: number, later = 0): Instant => instant((lines[index]?.occurredAt ?? 0) + later)
  const rounds: ReadonlyArray<Filters> = [1_000, 2_000].flatMap((count) => [
    { since: at(count - 1) },
    { since: at(count) },
    { until: at(count - 1, 1) },
    { until: at(count, 1) },
  ])
  const times: ReadonlyArray<Filters> = [
    {},
    ...rounds,
    { since: at(1_000), until: at(1_030) },
    { since: at(2_290) },
    { until: at(40) },
    { until: instant(1) },
  ]
  const kinds = [undefined, 'created', 'renamed', 'revoked', 'used'] as const
  return [undefined, one, two].flatMap((keyId) =>
    kinds.flatMap((kind) =>
      [undefined, ...outcomes].flatMap((outcome) =>
        times.map((time) => ({ ...present({ keyId, kind, outcome }), ...time })),
      ),
    ),
  )
}

const fits = (line: TrailEntry, filters: Filters): boolean => {
  const { keyId = line.keyId, kind = line.kind, since = 0, until = Infinity } = filters
  const isOfKeyAndKind = line.keyId === keyId && line.kind === kind
  const hasOutcome = filters.outcome === undefined || filters.outcome === outcomeOf(line)
  return isOfKeyAndKind && hasOutcome && line.occurredAt >= since && line.occurredAt < until
}

const outcomeOf = (line: TrailEntry): UseOutcome | undefined =>
  line.kind === 'used' ? line.outcome : undefined

const allSequences = async (store: AuditTrailStore, filters: Filters): Promise<ReadonlyArray<number>> => {
  const found: Array<number> = []
  let next: O.Option<number> = O.some(Number.MAX_SAFE_INTEGER)
  while (O.isSome(next)) {
    const page: TrailPage = await ok(
      store.page({ workspaceId: w, limit: 150, before: next.value, ...filters }),
    )
    assert.ok(page.entries.length === 150 || O.isNone(page.next))
    found.push(...page.entries.map(({ sequence }) => sequence))
    next = page.next
  }
  return found
}

/** When keys were used last. */
export const lastUses: ReadonlyArray<Guarantee<AuditTrailHarness>> = [
  holds('the last use of a key is the latest accepted one, in whatever order they came', async (handles) => {
    const { store, other } = handles
    await fill(store, [used(w, 10, one), used(w, 70, one), used(w, 40, one), refusedUse(w, one)])
    assert.deepEqual(await ok(other.lastUses(w, [one, two])), new Map([[one, 75]]))
    await ok(other.commit(O.some(checkpoint(1)), checkpoint(2), [used(w, 60, one), used(w, 20, two)]))
    assert.deepEqual(
      await ok(store.lastUses(w, [two, one])),
      new Map([
        [two, 25],
        [one, 75],
      ]),
    )
    await ok(store.commit(O.some(checkpoint(2)), checkpoint(3), [used(w, 80, one)]))
    assert.deepEqual(await ok(other.lastUses(w, [one])), new Map([[one, 85]]))
  }),
  holds('a refused attempt is no use of a key, and a change of it is none either', async ({ store }) => {
    const refusals = outcomes.filter((outcome) => outcome !== 'accepted')
    const attempts = refusals.map((outcome) => ({ ...used(w, 10, one), outcome }))
    await fill(store, [...attempts, ...everyKind(w).filter(({ kind }) => kind !== 'used')])
    assert.deepEqual(await ok(store.lastUses(w, [one, two])), new Map())
  }),
  holds(
    'a use is one of the key that was asked for, in the workspace that was asked for',
    async ({ store }) => {
      await fill(store, [used(w, 10, one), used(v, 20, one), used(v, 0, two)])
      assert.deepEqual(await ok(store.lastUses(w, [one, two])), new Map([[one, 15]]))
      assert.deepEqual(await ok(store.lastUses(v, [two])), new Map([[two, 5]]))
      assert.deepEqual(await ok(store.lastUses(w, [])), new Map())
      assert.deepEqual(await ok(store.lastUses(workspace('nobody'), [one])), new Map())
    },
  ),
  holds('a use at the beginning of time is a use', async ({ store }) => {
    await fill(store, [{ ...used(w, 0, one), lastAt: instant(0) }])
    assert.deepEqual(await ok(store.lastUses(w, [one])), new Map([[one, 0]]))
  }),
  holds(
    'a commit that is refused moves no last use, and a trail that is cleared has none',
    async ({ store }) => {
      await fill(store, [used(w, 10, one)])
      await refusedAs('StaleCheckpoint', store.commit(O.none, checkpoint(2), [used(w, 90, one)]))
      assert.deepEqual(await ok(store.lastUses(w, [one])), new Map([[one, 15]]))
      await ok(store.clear)
      assert.deepEqual(await ok(store.lastUses(w, [one])), new Map())
      await fill(store, [used(w, 1, one)])
      assert.deepEqual(await ok(store.lastUses(w, [one])), new Map([[one, 6]]))
    },
  ),
]
