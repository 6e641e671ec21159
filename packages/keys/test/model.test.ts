import { describe, expect, test } from '@jest/globals'
import { openSqliteAuditTrailStore, openSqliteEventStore } from '@detrics/keys-adapters/sqlite'
import {
  openKeys,
  reveal,
  type Instant,
  type KeyId,
  type KeyView,
  type Keys,
  type Stores,
} from '@detrics/keys'
import type { EventStore, LogPage, RecordedEvent, StreamPage } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import fc from 'fast-check'
import { join } from 'node:path'
import {
  altered,
  forged,
  inFolder,
  member,
  movableClock,
  right,
  trailOf,
  use,
  type MovableClock,
} from './harness.js'
import {
  activeKeysMax,
  day,
  decide,
  rightRules,
  shown,
  verify,
  type Model,
  type ModelKey,
  type Request,
  type Rules,
} from './key-ring-model.js'

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)
const workspaceIds = ['acme', 'other'] as const

/** Numbers stand for what exists when the command is run: the how-manieth key, workspace, front door, request. */
const door = fc.nat({ max: 1 })
const workspace = fc.constantFrom(...workspaceIds)
const which = fc.nat({ max: 20 })
const name = fc.constantFrom('Work laptop', 'WORK LAPTOP', 'CI', 'ci', 'Phone', 'Codex', 'Cursor')
const later = fc.constantFrom(-1_000, 0, 1, 1_000, 60_000, day)
const maybe = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const idempotencyKey = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined, freq: 2 })
/** Now and then a command names a key of another workspace. */
const foreign = fc.nat({ max: 9 }).map((number) => number === 0)
/** Some commands are bound to the revision at which the key is, and some to the one before. */
const bound = fc.constantFrom(undefined, undefined, 0, 1)
const reason = maybe(fc.constantFrom('requested', 'compromised', 'leaked'))

interface Command {
  readonly kind:
    | Request['what']
    | 'repeat'
    | 'verify'
    | 'verify a wrong secret'
    | 'verify garbage'
    | 'list'
    | 'advance'
    | 'crash and reopen'
  readonly door?: number
  readonly which?: number
  readonly foreign?: boolean
  readonly workspace?: string
  readonly name?: string | undefined
  readonly later?: number | undefined
  readonly bound?: number | undefined
  readonly reason?: 'requested' | 'compromised' | 'leaked' | undefined
  readonly note?: string | undefined
  readonly idempotencyKey?: string | undefined
  readonly ms?: number
}

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('create'),
      door,
      workspace,
      name,
      later: maybe(later),
      idempotencyKey,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('rename'), door, which, foreign, name, bound, idempotencyKey }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('revoke'),
      door,
      which,
      foreign,
      bound,
      reason,
      note: maybe(fc.constant('Seen in a log.')),
      later: maybe(later),
      idempotencyKey,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('replace'),
      door,
      which,
      foreign,
      name: maybe(name),
      later: maybe(later),
      bound,
      idempotencyKey,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('revokeMany'),
      door,
      which,
      foreign,
      reason,
      note: maybe(fc.constant('Seen in a log.')),
      idempotencyKey,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('repeat'), door, which }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('verify'), door, which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('verify a wrong secret'), door, which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('verify garbage'), door, which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('list'), door, workspace }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('advance'), ms: fc.constantFrom(1, 999, 1_000, 60_000, day) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('crash and reopen'), door }) },
)
/** Changes what a front door finds when it is opened; the number tells the how-manieth opening it is. */
type Mutation = (stores: Stores, opening: number) => Stores

interface Run {
  readonly model: Model
  readonly rules: Rules
  readonly clock: MovableClock
  readonly doors: [Keys, Keys]
  readonly reopen: (door: 0 | 1) => Promise<void>
  readonly requests: Array<Request>
}

/** Both front doors on one new file; nobody closes a door before the end, since a crash closes nothing. */
const withRun = (rules: Rules, mutation: Mutation, work: (run: Run) => Promise<void>): Promise<void> =>
  inFolder(async (folder) => {
    const clock = movableClock()
    const opened: Array<Keys> = []
    const open = async (): Promise<Keys> => {
      const file = join(folder, 'keys.sqlite')
      const events = await right(openSqliteEventStore({ file }))
      const trail = await right(openSqliteAuditTrailStore({ file: `${file}.activity` }))
      const keys = await right(
        openKeys({ store: mutation({ events, trail }, opened.length), clock, activeKeysMax }),
      )
      opened.push(keys)
      return keys
    }
    try {
      const doors: [Keys, Keys] = [await open(), await open()]
      const reopen = async (index: 0 | 1): Promise<void> => {
        doors[index] = await open()
      }
      const model: Model = { now: clock.now(), keys: [], requests: new Map(), eventCounts: new Map() }
      await work({ model, rules, clock, doors, reopen, requests: [] })
    } finally {
      await Promise.all(opened.map((keys) => keys.close()))
    }
  })

const nobody = '0192f0c5-7b3a-7c31-8a44-c0ffee000001'

const pick = <A>(items: ReadonlyArray<A>, index = 0): A | undefined =>
  items.length === 0 ? undefined : items[index % items.length]

/** A request without what is undefined. */
const some = (record: { readonly [K in keyof Request]?: unknown } & Record<string, unknown>): Request =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as unknown as Request

/** The request that a command stands for at this moment. */
const requestOf = (run: Run, given: Command): Request | undefined => {
  const { kind, name, reason, note, idempotencyKey, later } = given
  if (kind === 'repeat') return pick(run.requests, given.which)
  const at = later === undefined ? undefined : run.model.now + later
  if (kind === 'create')
    return some({ what: kind, workspaceId: given.workspace, name, expiresAt: at, idempotencyKey })
  const key = pick(run.model.keys, given.which)
  const own = key?.workspaceId ?? 'acme'
  const workspaceId = given.foreign === true ? workspaceIds.find((id) => id !== own) : own
  if (kind === 'revokeMany') {
    // This key and two others, of its workspace but for now and then.
    const others = run.model.keys.filter((other) => given.foreign === true || other.workspaceId === own)
    const near = [1, 2].map((step) => pick(others, (given.which ?? 0) + step)?.keyId ?? nobody)
    const keyIds = Array.from(new Set([key?.keyId ?? nobody, ...near]))
    return some({ what: kind, workspaceId: own, keyIds, reason, note, idempotencyKey })
  }
  const ifRevision = given.bound === undefined ? undefined : BigInt((key?.revision ?? 0) - given.bound)
  const target = { keyId: key?.keyId ?? nobody, workspaceId, ifRevision, idempotencyKey }
  if (kind === 'rename') return some({ what: kind, ...target, name })
  if (kind === 'revoke') return some({ what: kind, ...target, reason, note, effective: at })
  return some({ what: 'replace', ...target, name, retireAt: at })
}

const send = (keys: Keys, request: Exclude<Request, { readonly what: 'revokeMany' }>) => {
  const { what, ...rest } = request
  return keys[what]({ ...rest, actor: member } as never)()
}

const sendMany = async (run: Run, keys: Keys, request: Request & { what: 'revokeMany' }): Promise<void> => {
  const { what: _, ...rest } = request
  const expected = decide(run.model, request, run.rules)
  const reply = await keys.revokeMany({ ...rest, actor: member })()
  if ('refused' in expected || E.isLeft(reply)) {
    const refused = E.isLeft(reply) ? reply.left._tag : 'nothing refused'
    expect(refused).toBe('refused' in expected ? expected.refused : 'something done')
    return
  }
  if (request.idempotencyKey !== undefined) run.requests.push(request)
  expect(reply.right.revokedCount).toBe(expected.count)
  if (expected.done === 'changed') expected.apply({ keyId: '', secret: '' })
  expect(reply.right.keys.map(({ keyId }) => keyId)).toEqual(request.keyIds)
  for (const key of reply.right.keys) expectShown(run.model, key)
}

const carryOut = async (run: Run, keys: Keys, request: Request): Promise<void> => {
  if (request.what === 'revokeMany') return sendMany(run, keys, request)
  const expected = decide(run.model, request, run.rules)
  const reply = await send(keys, request)
  if ('refused' in expected) {
    expect(E.isLeft(reply) ? reply.left._tag : 'nothing refused').toBe(expected.refused)
    return
  }
  if (E.isLeft(reply)) throw new Error(`refused as ${reply.left._tag}, though it was right`)
  const answer = reply.right
  if (request.idempotencyKey !== undefined) run.requests.push(request)
  if (expected.done === 'changed') {
    expect(answer).toMatchObject('secret' in answer ? { replayed: false } : { changed: true })
    const secret = 'secret' in answer && O.isSome(answer.secret) ? reveal(answer.secret.value) : ''
    expected.apply({ keyId: answer.key.keyId, secret })
  } else {
    expect(answer).toMatchObject('secret' in answer ? { replayed: true, secret: O.none } : { changed: false })
    expect(answer.key.keyId).toBe(expected.keyId)
  }
  expectShown(run.model, answer.key)
}

const told = ({ keyId, name, status, expiresAt, revocation, revision }: KeyView): string =>
  [keyId, name, status, expiresAt, ...endOf(revocation), revision].join(' | ')

const endOf = (revocation: KeyView['revocation']) => [
  revocation?.effective,
  revocation?.reason,
  revocation?.note,
]

const expectShown = (model: Model, key: KeyView): void => {
  const expected = model.keys.find(({ keyId }) => keyId === key.keyId)
  expect(told(key)).toBe(expected === undefined ? 'no such key' : shown(model, expected))
}

const expectList = async ({ model }: Run, keys: Keys, workspaceId: string): Promise<void> => {
  const listed = await right(keys.list({ workspaceId, limit: 200 }))
  const expected = model.keys.filter((key) => key.workspaceId === workspaceId).reverse()
  expect(listed.keys.map(told)).toEqual(expected.map((key) => shown(model, key)))
  expect(listed.keys.map(({ lastUsedAt }) => lastUsedAt)).toEqual(expected.map((key) => key.lastUsedAt))
}

const expectVerdict = async ({ model }: Run, keys: Keys, key: ModelKey): Promise<void> => {
  const expected = verify(model, key)
  expect(await keys.verify(key.secret, use)()).toEqual(expected)
}

const expectRefused = async (keys: Keys, presented: string, reason: string): Promise<void> => {
  expect(await keys.verify(presented, use)()).toEqual({ _tag: 'Refused', reason })
}

const unless = async <A>(missing: A | undefined, work: (found: A) => Promise<void>): Promise<void> => {
  if (missing !== undefined) await work(missing)
}

const step = async (run: Run, given: Command): Promise<void> => {
  const index = given.door === 1 ? 1 : 0
  const keys = run.doors[index]
  const key = pick(run.model.keys, given.which)
  switch (given.kind) {
    case 'advance':
      run.clock.advance(given.ms ?? 0)
      run.model.now = run.clock.now()
      return
    case 'crash and reopen':
      return run.reopen(index)
    case 'list':
      return expectList(run, keys, given.workspace ?? '')
    case 'verify':
      return unless(key, (found) => expectVerdict(run, keys, found))
    case 'verify a wrong secret':
      return expectRefused(keys, forged((key?.keyId ?? nobody) as KeyId), 'unknown')
    case 'verify garbage':
      return expectRefused(keys, `${key?.secret ?? ''}x`, 'malformed')
    case 'create':
    case 'rename':
    case 'revoke':
    case 'revokeMany':
    case 'replace':
    case 'repeat':
      return unless(requestOf(run, given), (request) => carryOut(run, keys, request))
  }
}

/** At the end both front doors say the same of every key, and the trail holds exactly what happened. */
const expectEnd = async (run: Run): Promise<void> => {
  for (const keys of run.doors) {
    for (const key of run.model.keys) await expectVerdict(run, keys, key)
    for (const workspaceId of workspaceIds) await expectList(run, keys, workspaceId)
  }
  for (const workspaceId of workspaceIds) {
    const facts = new Map<string, number>()
    for (const line of await trailOf(run.doors[0], { workspaceId, limit: 200 })) {
      const fact = `${line.keyId} ${line.kind === 'used' ? line.outcome : line.kind}`
      facts.set(fact, (facts.get(fact) ?? 0) + (line.kind === 'used' ? line.count : 1))
    }
    // Wrong secrets are merely counted: what a crashed process had not stored yet is lost.
    for (const fact of facts.keys()) if (fact.endsWith(' wrong-secret')) facts.delete(fact)
    const expected = run.model.keys
      .filter((key) => key.workspaceId === workspaceId)
      .flatMap((key) => Array.from(key.facts, ([fact, count]) => [`${key.keyId} ${fact}`, count] as const))
    expect(facts).toEqual(new Map(expected))
  }
}

const agreement = (rules: Rules, mutation: Mutation, ran: Map<string, number>) =>
  fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 80, size: 'max' }), (commands) =>
    withRun(rules, mutation, async (run) => {
      for (const given of commands) {
        ran.set(given.kind, (ran.get(given.kind) ?? 0) + 1)
        await step(run, given)
      }
      await expectEnd(run)
    }),
  )

const unchanged: Mutation = (stores) => stores

test('the front door and a model of the manual agree over random lives of keys, crashes included', async () => {
  const ran = new Map<string, number>()
  try {
    await fc.assert(agreement(rightRules, unchanged, ran), { seed, numRuns: 70 })
  } finally {
    const counts = Array.from(ran, ([kind, count]) => `${kind} ${count}`)
    process.stderr.write(`model: FC_SEED=${seed}; ran ${counts.sort().join(', ')}\n`)
  }
}, 60_000)

describe('the comparison finds', () => {
  const onLog = (
    stores: Stores,
    change: (events: ReadonlyArray<RecordedEvent>) => ReadonlyArray<RecordedEvent>,
  ) =>
    altered(stores, ({ readAll }: EventStore) => ({
      readAll: (after, limit) => async () =>
        E.map((page: LogPage) => ({ ...page, events: change(page.events) }))(await readAll(after, limit)()),
    }))
  const onStream = (stores: Stores, change: (event: RecordedEvent) => RecordedEvent) =>
    altered(stores, ({ readStream }: EventStore) => ({
      readStream: (query) => async () =>
        E.map((page: StreamPage) => ({ ...page, events: page.events.map(change) }))(
          await readStream(query)(),
        ),
    }))

  /** The first two openings are the beginning; all later ones follow a crash. */
  const forgetsRevocations: Mutation = (stores, opening) => {
    let isOpening = opening > 1
    return onLog(stores, (events) => {
      const isFirst = isOpening
      isOpening = false
      return isFirst ? events.filter(({ type }) => type !== 'KeyRevoked') : events
    })
  }
  const forgetsRequests: Mutation = (stores, opening) =>
    opening < 2
      ? stores
      : onStream(stores, (event) => ({
          ...event,
          metadata: event.metadata.replace('"request"', '"forgotten"'),
        }))
  const missesTheOtherDoor: Mutation = (stores) =>
    onLog(stores, (events) => events.filter(({ type }, index) => type !== 'KeyRevoked' || index > 0))
  const losesUses: Mutation = (stores) => {
    let count = 0
    return altered(stores, ({ append }: EventStore) => ({
      append: (stream, expected, events) => {
        count += stream.startsWith('activity-') ? 1 : 0
        return stream.startsWith('activity-') && count % 5 === 0
          ? () => append(`activity-nobody.${count}.${Math.random()}` as never, { _tag: 'NoStream' }, events)()
          : append(stream, expected, events)
      },
    }))
  }

  test.each<[string, Rules, Mutation]>([
    ['a front door that forgets revocations when it is opened again', rightRules, forgetsRevocations],
    ['a front door that forgets requests when it is opened again', rightRules, forgetsRequests],
    [
      'a front door that overlooks a revocation at the beginning of what it reads',
      rightRules,
      missesTheOtherDoor,
    ],
    ['a front door that puts some uses on record elsewhere', rightRules, losesUses],
    [
      'a model in which names differ by the case of letters',
      { ...rightRules, sameName: Object.is },
      unchanged,
    ],
    [
      'a model in which a command may be bound to a revision before the standing one',
      { ...rightRules, isAsSeen: (revision, seen) => BigInt(revision) >= seen },
      unchanged,
    ],
    [
      'a model in which a replaced key ends a millisecond late',
      { ...rightRules, retiresAfterMs: day + 1 },
      unchanged,
    ],
  ])('%s', async (_, rules, mutation) => {
    const result = await fc.check(agreement(rules, mutation, new Map()), {
      seed,
      numRuns: 60,
      endOnFailure: true,
    })
    expect(result.failed).toBe(true)
  })

  test('nothing where nothing was done: a key lives through 20 crashes', () =>
    withRun(rightRules, unchanged, async (run) => {
      await carryOut(run, run.doors[0], {
        what: 'create',
        workspaceId: 'acme',
        name: 'CI',
        expiresAt: (run.model.now + 1) as Instant,
      })
      for (let crash = 0; crash < 20; crash += 1) await run.reopen(0)
      await expectEnd(run)
    }))
})
