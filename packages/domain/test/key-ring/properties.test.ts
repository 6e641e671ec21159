import {
  decide,
  decodeKeyRingEvent,
  emptyRing,
  encodeKeyRingEvent,
  endOfKey,
  fold,
  nameIdentity,
  revision,
  type Instant,
  type KeyId,
  type KeyRing,
  type KeyRingCommand,
  type KeyRingEvent,
  type RequestMark,
  type Revision,
  type RingEntry,
} from '@detrics/keys-domain'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { commands, events, metadatas, reversed } from '../arbitraries.js'
import { created, entriesOf, eventId, instant, keyId, printSeed, recorded, sampled } from '../support.js'

beforeAll(printSeed)

/** Any sequence of events, also such as no decision would ever produce. */
const logs: fc.Arbitrary<ReadonlyArray<RingEntry>> = fc
  .array(fc.record({ event: events, metadata: metadatas }), { maxLength: 30 })
  .map((entries) => entries.map((entry, i) => ({ ...entry, revision: revision(i) })))

const after = (
  ring: KeyRing,
  decided: ReadonlyArray<KeyRingEvent>,
  request: RequestMark | undefined,
): KeyRing => fold(ring, entriesOf(decided, request))

/** The command without its request id. */
const unmarked = (marked: KeyRingCommand): KeyRingCommand => {
  const { request: _, ...command } = marked
  return command
}

/** The command without the revision that it is bound to. */
const unbound = (command: KeyRingCommand): KeyRingCommand => {
  if (!('ifRevision' in command)) return command
  const { ifRevision: _, ...rest } = command
  return rest
}

const refusalTags = [
  'KeyNotFound',
  'KeyChanged',
  'KeyEnded',
  'NameTaken',
  'KeyLimitReached',
  'ExpiryNotInFuture',
  'RequestReused',
  'KeyIdTaken',
]

describe('deciding', () => {
  test('is total: every command on every ring gives events or a refusal', () => {
    let accepted = 0
    fc.assert(
      fc.property(logs, commands, (log, command) => {
        const decision = decide(command, fold(emptyRing, log))
        if (E.isRight(decision)) accepted += 1
        expect(E.isRight(decision) || refusalTags.includes(decision.left._tag)).toBe(true)
      }),
      sampled(500),
    )
    expect(accepted).toBeGreaterThan(50)
  })

  test('is silent on a repetition: an accepted command yields no events when it comes again', () => {
    fc.assert(
      fc.property(logs, commands, (log, given) => {
        // One that is bound to a revision is a repetition by its request id only: it has changed the key itself.
        const command = given.request === undefined ? unbound(given) : given
        const ring = fold(emptyRing, log)
        const decision = decide(command, ring)
        fc.pre(E.isRight(decision))
        expect(decide(command, after(ring, decision.right, command.request))).toStrictEqual(E.right([]))
      }),
      sampled(500),
    )
  })

  test('is silent on a repetition also where no request id tells that it is one', () => {
    fc.assert(
      fc.property(logs, commands, (log, marked) => {
        const command = unbound(unmarked(marked))
        const ring = fold(emptyRing, log)
        const decision = decide(command, ring)
        fc.pre(E.isRight(decision))
        expect(decide(command, after(ring, decision.right, undefined))).toStrictEqual(E.right([]))
      }),
      sampled(500),
    )
  })
})

describe('a command that is bound to a revision', () => {
  const bindable = commands
    .map((command) => unbound(unmarked(command)))
    .filter((command) => command.type !== 'CreateKey' && command.type !== 'RevokeKeys')

  test('is decided as one that is not bound while the key has this revision, and refused at every other', () => {
    let [bound, changed] = [0, 0]
    fc.assert(
      fc.property(logs, bindable, fc.nat({ max: 30 }), (log, command, other) => {
        const ring = fold(emptyRing, log)
        const key = ring.keys.get(command.keyId)
        fc.pre(key !== undefined)
        const at = (ifRevision: Revision): KeyRingCommand => ({ ...command, ifRevision })
        expect(decide(at(key.revision), ring)).toStrictEqual(decide(command, ring))
        bound += 1
        if (revision(other) === key.revision) return
        expect(decide(at(revision(other)), ring)).toStrictEqual(E.left({ _tag: 'KeyChanged' }))
        changed += 1
      }),
      sampled(300),
    )
    expect(Math.min(bound, changed)).toBeGreaterThan(100)
  })

  test('is refused as changed when it comes again after it has changed the key itself', () => {
    let repetitions = 0
    fc.assert(
      fc.property(logs, bindable, (log, command) => {
        const ring = fold(emptyRing, log)
        const key = ring.keys.get(command.keyId)
        fc.pre(key !== undefined)
        const bound: KeyRingCommand = { ...command, ifRevision: key.revision }
        const decision = decide(bound, ring)
        const events = E.isRight(decision) ? decision.right : []
        if (!events.some(({ keyId: id }) => id === key.keyId)) return
        repetitions += 1
        const again = decide(bound, fold(ring, entriesOf(events, undefined, log.length)))
        expect(again).toStrictEqual(E.left({ _tag: 'KeyChanged' }))
      }),
      sampled(300),
    )
    expect(repetitions).toBeGreaterThan(20)
  })
})

describe('revoking several keys', () => {
  /** Five of the six keys that commands name are there, whatever has become of them. */
  const crowded = logs.map((log) => {
    const first = entriesOf([1, 2, 3, 4, 5].map((n) => created(keyId(n), `Key ${n}`)))
    return [...first, ...log.map((entry) => ({ ...entry, revision: revision(entry.revision + 5n) }))]
  })
  const bulk = commands.map(unmarked).filter((command) => command.type === 'RevokeKeys')

  test('does to each of them what revoking it alone does, or nothing to any', () => {
    let [revocations, refusals] = [0, 0]
    fc.assert(
      fc.property(crowded, bulk, (log, command) => {
        const { keyIds: ids, ...rest } = command
        const ring = fold(emptyRing, log)
        const alone = ids.map((id) => decide({ ...rest, type: 'RevokeKey', keyId: id }, ring))
        const refusal = alone.find(E.isLeft)
        const decision = decide(command, ring)
        expect(decision).toStrictEqual(
          refusal ?? E.right(alone.flatMap((each) => (E.isRight(each) ? each.right : []))),
        )
        if (E.isRight(decision)) revocations += decision.right.length
        else refusals += 1
      }),
      sampled(300),
    )
    expect(Math.min(revocations, refusals)).toBeGreaterThan(30)
  })
})

describe('the stored form', () => {
  test('decoding what was encoded gives the event and its metadata back', () => {
    fc.assert(
      fc.property(events, metadatas, (event, metadata) => {
        const stored = encodeKeyRingEvent(eventId(1), event, metadata)
        expect(decodeKeyRingEvent(recorded(stored, 7))).toStrictEqual(
          E.right({ event, metadata, revision: 7n }),
        )
      }),
      sampled(300),
    )
  })

  test('encoding what was decoded gives the same bytes back, in whatever order the members stood', () => {
    fc.assert(
      fc.property(events, metadatas, fc.boolean(), (event, metadata, isReversed) => {
        const stored = isReversed
          ? encodeKeyRingEvent(eventId(1), reversed(event), reversed(metadata))
          : encodeKeyRingEvent(eventId(1), event, metadata)
        const entry = decodeKeyRingEvent(recorded(stored))
        if (E.isLeft(entry)) throw new Error('not decoded')
        expect(encodeKeyRingEvent(eventId(1), entry.right.event, entry.right.metadata)).toStrictEqual(stored)
      }),
      sampled(300),
    )
  })
})

describe('folding', () => {
  test('does not depend on how the log is cut into pages', () => {
    fc.assert(
      fc.property(logs, fc.array(fc.nat({ max: 30 })), (log, cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), log.length]
        const pages = edges.slice(1).map((edge, i) => log.slice(edges[i], edge))
        expect(pages.flat()).toStrictEqual(log)
        expect(pages.reduce(fold, emptyRing)).toStrictEqual(fold(emptyRing, log))
      }),
      sampled(300),
    )
  })

  test('leaves the ring that it begins with as it was', () => {
    fc.assert(
      fc.property(logs, logs, (log, more) => {
        const ring = fold(emptyRing, log)
        const copy = structuredClone(ring)
        fold(ring, more)
        expect(ring).toStrictEqual(copy)
        expect(emptyRing.keys.size).toBe(0)
      }),
      sampled(200),
    )
  })

  test('never moves the end of a key away', () => {
    fc.assert(
      fc.property(logs, (log) => {
        let ring = emptyRing
        for (const entry of log) {
          const next = fold(ring, [entry])
          const away = [...ring.keys].filter(([id, key]) => endOfKey(next.keys.get(id) ?? {}) > endOfKey(key))
          expect(away).toStrictEqual([])
          ring = next
        }
      }),
      sampled(200),
    )
  })
})

describe('after any sequence of accepted commands', () => {
  const activeKeysMax = 3
  const policy = { activeKeysMax }

  /** Commands with one policy at instants that never go back; what they name lies around their own instant. */
  const sequences: fc.Arbitrary<ReadonlyArray<KeyRingCommand>> = fc
    .array(fc.tuple(commands, fc.nat({ max: 3 }), fc.integer({ min: 1, max: 12 })), {
      minLength: 20,
      maxLength: 60,
      size: 'max',
    })
    .map((steps) => {
      let ms = 0
      return steps.map(([command, step, key]) => {
        ms += step
        return moved(step === 0 ? command : unmarked(command), instant(ms), keyId(key))
      })
    })

  const moved = (command: KeyRingCommand, now: Instant, id: KeyId): KeyRingCommand => {
    const near = (at: Instant): Instant => (at > 20 ? at : instant(Math.max(0, now + at - 5)))
    const expiry = 'expiresAt' in command ? { expiresAt: near(command.expiresAt) } : {}
    switch (command.type) {
      case 'CreateKey':
        return { ...command, now, policy, keyId: id, ...expiry }
      case 'RenameKey':
        return { ...command, now, keyId: id }
      case 'RevokeKey': {
        const { effective } = command
        return {
          ...command,
          now,
          keyId: id,
          effective: effective === 'immediately' ? effective : near(effective),
        }
      }
      case 'RevokeKeys':
        return { ...command, now, keyIds: [id, ...command.keyIds] }
      case 'ReplaceKey':
        return { ...command, now, policy, newKeyId: id, retireAt: near(command.retireAt), ...expiry }
    }
  }

  /** What is true of each ring between two commands. */
  const expectSound = (ring: KeyRing, now: Instant): void => {
    const unrevoked = [...ring.keys.values()].filter(({ revocation }) => revocation === undefined)
    const live = unrevoked.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
    const identities = live.map(({ name }) => nameIdentity(name))
    expect([...new Set(identities)]).toHaveLength(live.length)
    expect(live.length).toBeLessThanOrEqual(activeKeysMax)
    // The index by names tells what the keys tell.
    const indexed = [...ring.unrevoked].flatMap(([identity, ids]) => ids.map((id) => `${id} ${identity}`))
    const derived = unrevoked.map(({ keyId, name }) => `${keyId} ${nameIdentity(name)}`)
    expect(indexed.toSorted()).toStrictEqual(derived.toSorted())
  }

  /** The keys that lost something which stays, or whose end moved away. */
  const unfaithful = (before: KeyRing, ring: KeyRing): ReadonlyArray<KeyId> =>
    [...before.keys.values()]
      .filter((key) => {
        const then = ring.keys.get(key.keyId)
        return (
          then?.digest !== key.digest || then.createdAt !== key.createdAt || endOfKey(then) > endOfKey(key)
        )
      })
      .map(({ keyId: id }) => id)

  test('live names are unique, live keys are within the limit, and ends only move forward', () => {
    let [changes, refusals] = [0, 0]
    fc.assert(
      fc.property(sequences, (sequence) => {
        let ring = emptyRing
        for (const command of sequence) {
          const decision = decide(command, ring)
          const decided = E.isRight(decision) ? decision.right : []
          const next = after(ring, decided, command.request)
          expect(unfaithful(ring, next)).toStrictEqual([])
          ring = next
          changes += decided.length
          if (E.isLeft(decision)) refusals += 1
          expectSound(ring, command.now)
        }
      }),
      sampled(100),
    )
    process.stdout.write(`${changes} changes, ${refusals} refusals\n`)
    expect(Math.min(changes, refusals)).toBeGreaterThan(300)
  })
})
