import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openPostgresEventStore } from '@detrics/keys-adapters/postgres'
import {
  at,
  noStream,
  revision,
  type EventId,
  type EventStore,
  type NewEvent,
  type RecordedEvent,
  type StreamId,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { randomUUID } from 'node:crypto'
import { raw } from '../soak/log-order/raw.js'
import { startPostgres, type PostgresServer } from '../support/postgres.js'
import { seed, seededRandom } from '../support/random.js'

/*
 * A server that is killed in the middle of its work, again and again: what was acknowledged is in the log once, and what
 * was answered "unknown" is, after the same bytes were sent again, in it once as well.
 */
const kills = 20
const callers = 16
const minutes = 60_000

let server: PostgresServer
let store: EventStore
beforeAll(async () => {
  server = await startPostgres()
  const opened = await openPostgresEventStore({ url: server.url })()
  if (E.isLeft(opened)) throw new Error(opened.left.cause)
  store = opened.right
}, minutes)
afterAll(async () => {
  await store.close()
  await server.stop()
}, minutes)

interface Ledger {
  readonly acknowledged: Array<string>
  readonly outcomes: Record<string, number>
  isOver: boolean
}

const newEvent = (): NewEvent => ({
  id: randomUUID() as string as EventId,
  type: 'Happened',
  schema: 1,
  data: JSON.stringify({ n: randomUUID() }),
  metadata: '{}',
})

/** Appends to a stream of its own, and sends the same bytes again until it is told what became of them. */
const work = async (name: string, ledger: Ledger, random: () => number): Promise<void> => {
  let expected = noStream
  while (!ledger.isOver) {
    const [first, ...rest] = Array.from({ length: 1 + Math.floor(random() * 3) }, newEvent)
    if (first === undefined) continue
    for (let isAnswered = false; !isAnswered;) {
      const result = await store.append(name as StreamId, expected, [first, ...rest])()
      const outcome = E.isRight(result) ? result.right.outcome : result.left._tag
      ledger.outcomes[outcome] = (ledger.outcomes[outcome] ?? 0) + 1
      if (E.isRight(result)) {
        expected = at(revision(result.right.last))
        ledger.acknowledged.push(first.id, ...rest.map(({ id }) => id))
        isAnswered = true
      } else if (outcome !== 'OutcomeUnknown' && outcome !== 'Unavailable') throw new Error(outcome)
      // The server is away: not asked again in a loop that leaves no time for anything else.
      else await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

const wholeLog = async (): Promise<ReadonlyArray<RecordedEvent>> => {
  const events: Array<RecordedEvent> = []
  for (;;) {
    const page = await store.readAll(O.fromNullable(events.at(-1)?.position), 10_000)()
    if (E.isLeft(page)) throw new Error(JSON.stringify(page.left))
    events.push(...page.right.events)
    if (page.right.complete) return events
  }
}

/** How many more appends are acknowledged before the next kill: by chance, and some between commit and reply. */
const untilMore = async (ledger: Ledger, count: number): Promise<void> => {
  const wanted = ledger.acknowledged.length + count
  while (ledger.acknowledged.length < wanted) await new Promise((resolve) => setTimeout(resolve, 1))
}

test(
  `a server killed ${kills} times under load: nothing acknowledged is lost or doubled`,
  async () => {
    const random = seededRandom(seed)
    const ledger: Ledger = { acknowledged: [], outcomes: {}, isOver: false }
    const working = Promise.all(
      Array.from({ length: callers }, (_, n) => work(`stream-${n}`, ledger, random)),
    )
    for (let kill = 0; kill < kills; kill += 1) {
      await untilMore(ledger, 20 + Math.floor(random() * 400))
      await server.kill()
      await server.start()
    }
    await untilMore(ledger, 100)
    ledger.isOver = true
    await working

    const stored = (await wholeLog()).map(({ id }) => id)
    const counts = new Map<string, number>()
    for (const id of stored) counts.set(id, (counts.get(id) ?? 0) + 1)
    console.log(
      `PostgreSQL, ${kills} kills (seed ${seed}): ${ledger.acknowledged.length} acknowledged, ${stored.length} stored, ` +
        `answers ${JSON.stringify(ledger.outcomes)}`,
    )
    expect(ledger.outcomes['OutcomeUnknown'] ?? 0).toBeGreaterThan(0)
    expect(ledger.acknowledged.filter((id) => counts.get(id) !== 1)).toEqual([])
    expect(stored.length).toBe(ledger.acknowledged.length)
  },
  4 * minutes,
)

test(
  'control: with synchronous_commit off a kill takes what was acknowledged',
  async () => {
    const careless = await raw(server.url)
    await careless.run('CREATE TABLE careless (n int)')
    await careless.run('SET synchronous_commit = off')
    let acknowledged = 0
    const appending = (async () => {
      for (;;) {
        await careless.run('INSERT INTO careless VALUES (1)')
        acknowledged += 1
      }
    })().catch(() => undefined)
    while (acknowledged < 2_000) await new Promise((resolve) => setTimeout(resolve, 1))
    await server.kill()
    await appending
    await server.start()
    const again = await raw(server.url)
    const [[count = ''] = []] = await again.run('SELECT count(*) FROM careless')
    await again.close()
    console.log(`control: ${acknowledged} acknowledged with synchronous_commit off, ${count} found`)
    expect(Number(count)).toBeLessThan(acknowledged)
  },
  minutes,
)
