import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { AuditTrailStore, TrailQuery } from '@detrics/keys-domain'
import { startPostgres, type PostgresServer } from '../../../../test/support/postgres.js'
import { checkpoint, everyKind, instant, outcomesOf } from '../../src/conformance/trail-steps.js'
import { makeTrail } from '../../src/postgres/trail-schema.js'
import { startProxy } from './proxy.js'
import {
  before,
  connection,
  done,
  freshSchema,
  lines,
  openTrail,
  stateOf,
  w,
  waiting,
} from './trail-support.js'

let server: PostgresServer
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

/** Two stores commit the same page while a lock on the checkpoint holds both back; then they are let go at once. */
const commitTogether = async (schema: string): Promise<readonly [ReadonlyArray<string>, number]> => {
  const stores = await Promise.all([openTrail(server.url, schema), openTrail(server.url, schema)])
  const blocker = await connection(server.url)
  try {
    await blocker.query(`BEGIN; SELECT FROM ${schema}.trail_checkpoint FOR UPDATE`)
    const outcomes = outcomesOf(stores.map((store) => store.commit(O.none, checkpoint(1), lines(1_000))))
    await waiting(blocker, 2)
    await blocker.query('COMMIT')
    return [await outcomes, (await stateOf(stores[0]))[0]]
  } finally {
    await blocker.end()
    for (const store of stores) await store.close()
  }
}

describe('two processes with one audit trail in PostgreSQL', () => {
  test('that commit the same first page at once: one wins, the other writes no line', async () => {
    expect(await commitTogether(freshSchema())).toEqual([['StaleCheckpoint', 'committed'], 1_000])
  })

  test('would both write it if the checkpoint was compared without its lock', async () => {
    const schema = freshSchema()
    const client = await connection(server.url)
    await client.query(`CREATE SCHEMA ${schema}; ${makeTrail(schema).replaceAll('FOR UPDATE', '')}`)
    await client.end()
    expect(await commitTogether(schema)).toEqual([['committed', 'committed'], 2_000])
  })

  test('that commit many pages in a race write each page once', async () => {
    const schema = freshSchema()
    const stores = await Promise.all([openTrail(server.url, schema), openTrail(server.url, schema)])
    const outcomes = new Map<string, number>()
    const run = async (store: AuditTrailStore, index: number): Promise<void> => {
      for (let number = 1; number <= 40; number++) {
        const result = await store.commit(before(number), checkpoint(number), lines(50))()
        const outcome = E.isRight(result) ? `store ${index}` : result.left._tag
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      }
    }
    await Promise.all(stores.map(run))
    console.log(`40 pages by two stores: ${JSON.stringify([...outcomes])}`)
    expect(outcomes.get('StaleCheckpoint')).toBe(40)
    expect(await stateOf(stores[0])).toEqual([2_000, O.some(checkpoint(40))])
    for (const store of stores) await store.close()
  })

  test('where one clears the trail again and again: the other reads and commits as before', async () => {
    const schema = freshSchema()
    const stores = await Promise.all([openTrail(server.url, schema), openTrail(server.url, schema)])
    const [one, other] = stores
    let isDone = false
    let reads = 0
    const read = async (query: Partial<TrailQuery>): Promise<void> => {
      while (!isDone) {
        expect(await other.page({ workspaceId: w, limit: 10, ...query })()).toMatchObject({ _tag: 'Right' })
        expect(await other.lastUses(w, [])()).toMatchObject({ _tag: 'Right' })
        reads += 1
      }
    }
    const readers = [{}, { since: instant(0) }, { outcome: 'accepted' } as const].map(read)
    try {
      for (let round = 1; round <= 25; round++) {
        // The first clear comes before the commit or after it; the second one leaves nothing of it.
        const commit = other.commit(O.none, checkpoint(1), lines(100))()
        expect(await one.clear()).toEqual(done)
        expect(await commit).toEqual(done)
        expect(await one.clear()).toEqual(done)
        expect(await stateOf(one)).toEqual([0, O.none])
      }
    } finally {
      isDone = true
    }
    await Promise.all(readers)
    console.log(`cleared 50 times beside ${reads} reads`)
    for (const store of stores) await store.close()
  })
})

test('an audit trail in PostgreSQL that is closed ends what is under way first', async () => {
  const schema = freshSchema()
  const store = await openTrail(server.url, schema)
  const results = [store.commit(O.none, checkpoint(1), lines(10))(), store.checkpoint()]
  expect(await Promise.all(results)).toMatchObject([{ _tag: 'Right' }, { _tag: 'Right' }])
  const underWay = [
    store.commit(O.some(checkpoint(1)), checkpoint(2), lines(1_000))(),
    store.page({ workspaceId: w, limit: 1 })(),
  ]
  await store.close()
  expect(await Promise.all(underWay)).toMatchObject([{ _tag: 'Right' }, { _tag: 'Right' }])
  const unused = await openTrail(server.url, schema)
  const first = unused.page({ workspaceId: w, limit: 1 })()
  await unused.close()
  expect(await first).toMatchObject({ _tag: 'Right' })
  const later = await openTrail(server.url, schema)
  expect(await stateOf(later)).toEqual([1_010, O.some(checkpoint(2))])
  await later.close()
})

describe('an audit trail in PostgreSQL whose connection is lost', () => {
  /** The commit is held back by this lock, when it has done what comes before. */
  const places: ReadonlyArray<readonly [where: string, lock: string]> = [
    ['before its first line', 'SELECT FROM trail_checkpoint FOR UPDATE'],
    ['after its lines', 'UPDATE trail_spans SET latest = latest'],
    ['after its last uses', 'SELECT FROM trail_workspaces FOR UPDATE'],
  ]
  test.each(places)('in a commit, %s, has nothing of it, and takes it again', async (_, lock) => {
    const schema = freshSchema()
    const store = await openTrail(server.url, schema)
    expect(await store.commit(O.none, checkpoint(1), everyKind(w))()).toEqual(done)
    const begun = await stateOf(store)
    const blocker = await connection(server.url)
    await blocker.query(`SET search_path = ${schema}; BEGIN; ${lock}`)
    const commit = store.commit(O.some(checkpoint(1)), checkpoint(2), lines(1_000))()
    const [pid] = await waiting(blocker, 1)
    await blocker.query('SELECT pg_terminate_backend($1)', [pid])
    expect(await commit).toEqual(E.left({ _tag: 'TrailUnavailable', cause: '57P01' }))
    await blocker.query('COMMIT')
    await blocker.end()
    expect(await stateOf(store)).toEqual(begun)
    expect(await store.commit(O.some(checkpoint(1)), checkpoint(2), lines(1_000))()).toEqual(done)
    expect(await stateOf(store)).toEqual([begun[0] + 1_000, O.some(checkpoint(2))])
    await store.close()
  })

  test('while nobody uses it connects again, without an error that nobody catches', async () => {
    const store = await openTrail(server.url, freshSchema())
    const client = await connection(server.url)
    for (let number = 1; number <= 5; number++) {
      await Promise.all([store.checkpoint(), store.page({ workspaceId: w, limit: 1 })()])
      await client.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'detrics-keys trail'`,
      )
      const isThere = async (): Promise<boolean> => E.isRight(await store.checkpoint())
      // A call that meets the dead connection before its end has been noticed may fail; there are four of them.
      const answers = [await isThere(), await isThere(), await isThere(), await isThere(), await isThere()]
      expect(answers.at(-1)).toBe(true)
    }
    await client.end()
    await store.close()
  })

  test('by a crash of the server just after it was made is still there', async () => {
    const store = await openTrail(server.url, freshSchema())
    await server.kill()
    await server.start()
    expect(await stateOf(store)).toEqual([0, O.none])
    await store.close()
  })

  test('by a crash of the server holds lines and checkpoint of the same commits, and goes on from there', async () => {
    const store = await openTrail(server.url, freshSchema())
    let number = 0
    const atCommit = async (count: number): Promise<void> => {
      while (number < count) await new Promise((resolve) => setImmediate(resolve))
    }
    const other = await connection(server.url)
    const crash = (async () => {
      await atCommit(15)
      // A commit of somebody else's that waits for the disk takes along all that came before it.
      await other.query('CREATE TABLE of_somebody_else ()')
      await atCommit(30)
      await server.kill()
      await other.end()
    })()
    const commitNext = () => store.commit(before(number + 1), checkpoint(number + 1), lines(20))()
    let next = await commitNext()
    while (E.isRight(next)) {
      number += 1
      next = await commitNext()
    }
    expect(next.left._tag).toBe('TrailUnavailable')
    await crash
    const refused = performance.now()
    expect(await store.page({ workspaceId: w, limit: 1 })()).toMatchObject({
      left: { _tag: 'TrailUnavailable' },
    })
    expect(performance.now() - refused).toBeLessThan(2_000)
    await server.start()
    const [count, held] = await stateOf(store)
    console.log(`${number} commits were acknowledged, ${count / 20} are there after the crash`)
    expect(count % 20).toBe(0)
    expect(count).toBeGreaterThanOrEqual(15 * 20)
    expect(held).toEqual(O.some(checkpoint(count / 20)))
    expect(await store.commit(before(count / 20 + 1), checkpoint(count / 20 + 1), lines(20))()).toEqual(done)
    await store.close()
  })

  test('or that gets no answer gives up within its deadline, and works again afterwards', async () => {
    const schema = freshSchema()
    const proxy = await startProxy(server.url)
    const [locked, alsoLocked] = [await openTrail(server.url, schema), await openTrail(server.url, schema)]
    const silent = await openTrail(proxy.url, schema)
    expect(await silent.checkpoint()).toEqual(E.right(O.none))
    const blocker = await connection(server.url)
    await blocker.query(`BEGIN; LOCK TABLE ${schema}.trail_checkpoint`)
    proxy.fallSilent()
    const begun = performance.now()
    const answers = await Promise.all([
      locked.commit(O.none, checkpoint(1), [])(),
      alsoLocked.clear(),
      silent.page({ workspaceId: w, limit: 1 })(),
      // For a commit there is no connection yet, and the server says nothing to those who want one.
      silent.commit(O.none, checkpoint(1), [])(),
    ])
    const took = performance.now() - begun
    console.log(`no answer: gave up after ${Math.round(took)} ms`)
    expect(took).toBeLessThan(8_000)
    const unanswered = E.left({
      _tag: 'TrailUnavailable',
      cause: 'the connection was lost, or no answer came in time',
    })
    const lockTimeout = E.left({ _tag: 'TrailUnavailable', cause: '55P03' })
    expect(answers).toEqual([lockTimeout, lockTimeout, unanswered, unanswered])
    await blocker.query('COMMIT')
    await blocker.end()
    expect(await locked.commit(O.none, checkpoint(1), lines(1))()).toEqual(done)
    for (const store of [locked, alsoLocked, silent]) await store.close()
    await proxy.stop()
  })
})
