import {
  decide,
  emptyRing,
  fold,
  revision,
  type CreateKey,
  type KeyRingCommand,
  type KeyRingEvent,
  type Refusal,
  type RenameKey,
  type ReplaceKey,
  type RequestMark,
  type RevokeKey,
  type RevokeKeys,
} from '@detrics/keys-domain'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { created, digest, entriesOf, instant, keyId, named, renamed, revoked, ringOf } from '../support.js'

const first = keyId(1)
const second = keyId(2)
const third = keyId(3)
const now = instant(5_000)
const before = instant(4_000)
const later = instant(6_000)
const muchLater = instant(7_000)

const create = (id: typeof first, name: string, more: Partial<CreateKey> = {}): CreateKey => ({
  type: 'CreateKey',
  keyId: id,
  name: named(name),
  digest: digest(`of ${id}`),
  policy: { activeKeysMax: 10 },
  now,
  ...more,
})
const rename = (id: typeof first, name: string, more: Partial<RenameKey> = {}): RenameKey => ({
  type: 'RenameKey',
  keyId: id,
  name: named(name),
  now,
  ...more,
})
const revoke = (id: typeof first, more: Partial<RevokeKey> = {}): RevokeKey => ({
  type: 'RevokeKey',
  keyId: id,
  effective: 'immediately',
  reason: 'requested',
  now,
  ...more,
})
const revokeAll = (ids: RevokeKeys['keyIds'], more: Partial<RevokeKeys> = {}): RevokeKeys => ({
  type: 'RevokeKeys',
  keyIds: ids,
  effective: 'immediately',
  reason: 'requested',
  now,
  ...more,
})
const replace = (id: typeof first, newKeyId: typeof first, more: Partial<ReplaceKey> = {}): ReplaceKey => ({
  type: 'ReplaceKey',
  keyId: id,
  newKeyId,
  digest: digest(`of ${newKeyId}`),
  retireAt: later,
  policy: { activeKeysMax: 10 },
  now,
  ...more,
})
const replaced = (id: typeof first, effective: 'immediately' | typeof now): KeyRingEvent => ({
  type: 'KeyRevoked',
  keyId: id,
  effective,
  reason: 'replaced',
})

type Rule = {
  readonly given: ReadonlyArray<KeyRingEvent>
  /** The request by which the given events came about. */
  readonly request?: RequestMark
  readonly when: KeyRingCommand
} & ({ readonly events: ReadonlyArray<KeyRingEvent> } | { readonly refusal: Refusal })

const expectRule = ({ given, request, when, ...outcome }: Rule): void =>
  expect(decide(when, ringOf(given, request))).toStrictEqual(
    'events' in outcome ? E.right(outcome.events) : E.left(outcome.refusal),
  )

const nameTaken: Refusal = { _tag: 'NameTaken' }
const keyEnded: Refusal = { _tag: 'KeyEnded' }
const keyNotFound: Refusal = { _tag: 'KeyNotFound' }
const keyChanged: Refusal = { _tag: 'KeyChanged' }

describe('creating a key', () => {
  test('a key is created without an expiry', () =>
    expectRule({
      given: [],
      when: create(first, 'CI'),
      events: [created(first, 'CI')],
    }))
  test('a key is created with an expiry', () =>
    expectRule({
      given: [],
      when: create(first, 'CI', { expiresAt: later }),
      events: [created(first, 'CI', later)],
    }))
  test('an expiry at the moment of the command is refused', () =>
    expectRule({
      given: [],
      when: create(first, 'CI', { expiresAt: now }),
      refusal: { _tag: 'ExpiryNotInFuture', now },
    }))
  test('an expiry one millisecond after the command is accepted', () =>
    expectRule({
      given: [],
      when: create(first, 'CI', { expiresAt: instant(now + 1) }),
      events: [created(first, 'CI', instant(now + 1))],
    }))
  test('an id that exists with other content is refused', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: create(first, 'CI', { digest: digest('another') }),
      refusal: { _tag: 'KeyIdTaken' },
    }))
  test('an id that exists with another scheme of the same digest is refused', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: create(first, 'CI', { digest: { scheme: 'other', value: `of ${first}` } }),
      refusal: { _tag: 'KeyIdTaken' },
    }))
  test('an id that exists with another expiry is refused', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: create(first, 'CI', { expiresAt: later }),
      refusal: { _tag: 'KeyIdTaken' },
    }))
})

describe('names are unique', () => {
  test.each([
    ['the same characters', 'CI', 'CI'],
    ['another case', 'Build Server', 'bUILD sERVER'],
    ['full-width letters', 'CI', '\uFF23\uFF29'],
    ['a ligature', 'office', 'o\uFB03ce'],
    ['the sharp s', 'STRASSE', 'stra\u00DFe'],
    ['the final sigma', '\u039F\u0394\u039F\u03A3', '\u03BF\u03B4\u03BF\u03C2'],
    ['the Kelvin sign', 'k', '\u212A'],
    ['the dotted capital I', '\u0130zmir', 'i\u0307zmir'],
    ['the dotless i', 'Di\u015F', 'D\u0131\u015F'],
    ['the long s', 'stats', '\u017Ftat\u017F'],
    ['a superscript', 'v2', 'v\u00B2'],
    ['a joiner that is not seen', 'CI', 'C\u200DI'],
    ['a variation selector that is not seen', 'CI', 'CI\uFE0F'],
  ])('whatever the form of characters: %s', (_, standing, wanted) => {
    const ring = ringOf([created(first, standing)])
    expect(decide(create(second, wanted), ring)).toStrictEqual(E.left(nameTaken))
    expect(decide(create(second, standing), ringOf([created(first, wanted)]))).toStrictEqual(
      E.left(nameTaken),
    )
    expect(decide(create(second, `${wanted} 2`), ring)).toMatchObject({ _tag: 'Right' })
  })
  test.each([
    ['accents', 'Jos\u00E9', 'Jose'],
    ['digits', 'CI 1', 'CI 2'],
  ])('different names stay different: %s', (_, standing, wanted) => {
    expect(decide(create(second, wanted), ringOf([created(first, standing)]))).toStrictEqual(
      E.right([created(second, wanted)]),
    )
  })
  test('a name is free once its key is renamed', () =>
    expectRule({
      given: [created(first, 'CI'), renamed(first, 'Nightly')],
      when: create(second, 'ci'),
      events: [created(second, 'ci')],
    }))
  test('the new name of a renamed key is taken', () =>
    expectRule({
      given: [created(first, 'CI'), renamed(first, 'Nightly')],
      when: create(second, 'nightly'),
      refusal: nameTaken,
    }))
  test('a name is free once its key is revoked', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, 'immediately')],
      when: create(second, 'CI'),
      events: [created(second, 'CI')],
    }))
  test('a name is free once its key has a revocation, even one that takes effect later', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, muchLater)],
      when: create(second, 'CI'),
      events: [created(second, 'CI')],
    }))
  test('a name is free at the moment its key expires', () =>
    expectRule({
      given: [created(first, 'CI', now)],
      when: create(second, 'CI'),
      events: [created(second, 'CI')],
    }))
  test('a name is taken until the last millisecond of its key', () =>
    expectRule({
      given: [created(first, 'CI', instant(now + 1))],
      when: create(second, 'CI'),
      refusal: nameTaken,
    }))
  test('one live key among expired ones of its name is enough to take it', () =>
    expectRule({
      given: [created(first, 'CI', before), created(second, 'CI')],
      when: create(third, 'CI'),
      refusal: nameTaken,
    }))
  test('renaming a key that expired frees no name of another key', () =>
    expectRule({
      given: [created(first, 'CI', before), created(second, 'CI'), renamed(first, 'Old')],
      when: create(third, 'CI'),
      refusal: nameTaken,
    }))
})

describe('the limit', () => {
  const policy = { activeKeysMax: 2 }
  const full = [created(first, 'One'), created(second, 'Two')]
  const limitReached: Refusal = { _tag: 'KeyLimitReached', activeKeysMax: 2 }

  test('a workspace may have as many keys as the limit', () =>
    expectRule({
      given: [created(first, 'One')],
      when: create(second, 'Two', { policy }),
      events: [created(second, 'Two')],
    }))
  test('one more than the limit is refused', () =>
    expectRule({
      given: full,
      when: create(third, 'Three', { policy }),
      refusal: limitReached,
    }))
  test('a limit of none refuses the first key', () =>
    expectRule({
      given: [],
      when: create(first, 'One', { policy: { activeKeysMax: 0 } }),
      refusal: { _tag: 'KeyLimitReached', activeKeysMax: 0 },
    }))
  test('a revoked key does not count', () =>
    expectRule({
      given: [...full, revoked(first, 'immediately')],
      when: create(third, 'Three', { policy }),
      events: [created(third, 'Three')],
    }))
  test('a key that is revoked from later on does not count', () =>
    expectRule({
      given: [...full, revoked(first, muchLater)],
      when: create(third, 'Three', { policy }),
      events: [created(third, 'Three')],
    }))
  test('a key that has expired does not count', () =>
    expectRule({
      given: [created(first, 'One', now), created(second, 'Two')],
      when: create(third, 'Three', { policy }),
      events: [created(third, 'Three')],
    }))
  test('expired keys of one name count once for the one that lives', () =>
    expectRule({
      given: [created(first, 'CI', before), created(second, 'CI'), created(third, 'Three')],
      when: create(keyId(4), 'Four', { policy }),
      refusal: limitReached,
    }))
})

describe('renaming a key', () => {
  test('a key gets another name', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: rename(first, 'Nightly'),
      events: [renamed(first, 'Nightly')],
    }))
  test('only the case of its own name may change', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: rename(first, 'ci'),
      events: [renamed(first, 'ci')],
    }))
  test('its own name changes nothing', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: rename(first, 'CI'),
      events: [],
    }))
  test('the name of another key is refused', () =>
    expectRule({
      given: [created(first, 'CI'), created(second, 'Nightly')],
      when: rename(first, 'NIGHTLY'),
      refusal: nameTaken,
    }))
  test('the name of a revoked key may be taken', () =>
    expectRule({
      given: [created(first, 'CI'), created(second, 'Nightly'), revoked(second, 'immediately')],
      when: rename(first, 'Nightly'),
      events: [renamed(first, 'Nightly')],
    }))
  test('a revoked key cannot be renamed', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, 'immediately')],
      when: rename(first, 'Nightly'),
      refusal: keyEnded,
    }))
  test('a key cannot be renamed from the moment at which its revocation takes effect', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, now)],
      when: rename(first, 'Nightly'),
      refusal: keyEnded,
    }))
  test('a key that ends later can still be renamed', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, later)],
      when: rename(first, 'Nightly'),
      events: [renamed(first, 'Nightly')],
    }))
  test('renaming a key that ends later takes no name', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, later), renamed(first, 'Nightly')],
      when: create(second, 'Nightly'),
      events: [created(second, 'Nightly')],
    }))
  test('an expired key cannot be renamed', () =>
    expectRule({
      given: [created(first, 'CI', now)],
      when: rename(first, 'Nightly'),
      refusal: keyEnded,
    }))
  test('a key of another workspace is not found', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: rename(second, 'Nightly'),
      refusal: keyNotFound,
    }))
})

describe('revoking a key', () => {
  test('a key is revoked immediately', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: revoke(first),
      events: [revoked(first, 'immediately')],
    }))
  test('a key is revoked from later on, with a reason and a note', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: revoke(first, { effective: later, note: 'Moved away' as NonNullable<RevokeKey['note']> }),
      events: [{ ...revoked(first, later), note: 'Moved away' }],
    }))
  test('an end at the moment of the command is stored as immediate', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: revoke(first, { effective: now }),
      events: [revoked(first, 'immediately')],
    }))
  test('an end in the past is stored as immediate', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: revoke(first, { effective: before }),
      events: [revoked(first, 'immediately')],
    }))
  test('an end one millisecond ahead is stored as it is', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: revoke(first, { effective: instant(now + 1) }),
      events: [revoked(first, instant(now + 1))],
    }))
  test('an end later than the standing one changes nothing', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, later)],
      when: revoke(first, { effective: muchLater }),
      events: [],
    }))
  test('an end later than the expiry changes nothing', () =>
    expectRule({
      given: [created(first, 'CI', later)],
      when: revoke(first, { effective: muchLater }),
      events: [],
    }))
  test('an end earlier than the standing one replaces it', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, muchLater)],
      when: revoke(first, { effective: later }),
      events: [revoked(first, later)],
    }))
  test('an end earlier than the expiry replaces it', () =>
    expectRule({
      given: [created(first, 'CI', muchLater)],
      when: revoke(first, { effective: later }),
      events: [revoked(first, later)],
    }))
  for (const reason of ['compromised', 'leaked'] as const)
    test(`a ${reason} key is revoked immediately, whatever end was asked for`, () =>
      expectRule({
        given: [created(first, 'CI')],
        when: revoke(first, { effective: muchLater, reason }),
        events: [{ ...revoked(first, 'immediately'), reason }],
      }))
  test('a key that ends later can be revoked immediately', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, later)],
      when: revoke(first),
      events: [revoked(first, 'immediately')],
    }))
  test('an expired key can still be revoked immediately', () =>
    expectRule({
      given: [created(first, 'CI', before)],
      when: revoke(first),
      events: [revoked(first, 'immediately')],
    }))
  test('a key whose later end has passed can still be revoked immediately', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, before)],
      when: revoke(first),
      events: [revoked(first, 'immediately')],
    }))
  test('an immediate revocation is not repeated, not for another reason either', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, 'immediately')],
      when: revoke(first, { reason: 'leaked' }),
      events: [],
    }))
  test('a key of another workspace is not found', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: revoke(second),
      refusal: keyNotFound,
    }))
})

describe('revoking several keys', () => {
  const given = [created(first, 'CI'), created(second, 'Nightly'), created(third, 'Laptop')]

  test('each is revoked immediately, in the order asked, with the one reason and note', () => {
    const more = { reason: 'leaked', note: 'Seen in a log' as NonNullable<RevokeKeys['note']> } as const
    expectRule({
      given,
      when: revokeAll([third, first], more),
      events: [third, first].map((id) => ({ ...revoked(id, 'immediately'), ...more })),
    })
  })
  test('where one is not found, none is revoked', () =>
    expectRule({ given, when: revokeAll([first, keyId(4), second]), refusal: keyNotFound }))
  test('a key that was revoked already is passed over', () =>
    expectRule({
      given: [...given, revoked(second, 'immediately')],
      when: revokeAll([first, second, third]),
      events: [revoked(first, 'immediately'), revoked(third, 'immediately')],
    }))
  test('a key that has ended by this clock only is revoked for every clock', () =>
    expectRule({
      given: [created(first, 'CI', before), created(second, 'Nightly'), revoked(second, before)],
      when: revokeAll([first, second]),
      events: [revoked(first, 'immediately'), revoked(second, 'immediately')],
    }))
  test('a key that is named twice is revoked once', () =>
    expectRule({
      given,
      when: revokeAll([first, second, first]),
      events: [revoked(first, 'immediately'), revoked(second, 'immediately')],
    }))
  test('of no keys nothing comes', () => expectRule({ given, when: revokeAll([]), events: [] }))
})

describe('replacing a key', () => {
  test('a successor is created and the key ends later, in one decision', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: replace(first, second, { name: named('CI 2') }),
      events: [created(second, 'CI 2'), replaced(first, later)],
    }))
  test('the successor keeps the name', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: replace(first, second),
      events: [created(second, 'CI'), replaced(first, later)],
    }))
  test('it works at the limit', () =>
    expectRule({
      given: [created(first, 'CI'), created(second, 'Nightly')],
      when: replace(first, third, { policy: { activeKeysMax: 2 } }),
      events: [created(third, 'CI'), replaced(first, later)],
    }))
  test('it does not get around the limit', () =>
    expectRule({
      given: [created(first, 'CI'), created(second, 'Nightly'), created(third, 'Third')],
      when: replace(first, keyId(4), { policy: { activeKeysMax: 2 } }),
      refusal: { _tag: 'KeyLimitReached', activeKeysMax: 2 },
    }))
  test('a key that was replaced already makes no room for a second successor', () =>
    expectRule({
      given: [created(first, 'CI'), created(second, 'CI'), replaced(first, later)],
      when: replace(first, third, { name: named('CI 3'), policy: { activeKeysMax: 1 } }),
      refusal: { _tag: 'KeyLimitReached', activeKeysMax: 1 },
    }))
  test('a key that was replaced already does not share its name with a second successor', () =>
    expectRule({
      given: [created(first, 'CI'), created(second, 'CI'), replaced(first, later)],
      when: replace(first, third),
      refusal: nameTaken,
    }))
  test('the name of another key is refused', () =>
    expectRule({
      given: [created(first, 'CI'), created(second, 'Nightly')],
      when: replace(first, third, { name: named('nightly') }),
      refusal: nameTaken,
    }))
  test('a successor may expire', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: replace(first, second, { expiresAt: later }),
      events: [created(second, 'CI', later), replaced(first, later)],
    }))
  test('a successor that has expired already is refused', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: replace(first, second, { expiresAt: now }),
      refusal: { _tag: 'ExpiryNotInFuture', now },
    }))
  test('a retirement at the moment of the command is stored as immediate', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: replace(first, second, { retireAt: now }),
      events: [created(second, 'CI'), replaced(first, 'immediately')],
    }))
  test('a key that expires before its retirement gets its expiry as end, and no longer counts', () =>
    expectRule({
      given: [created(first, 'CI', later)],
      when: replace(first, second, { retireAt: muchLater }),
      events: [created(second, 'CI'), replaced(first, later)],
    }))
  test('a standing end before the retirement stays', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, later)],
      when: replace(first, second, { retireAt: muchLater }),
      events: [created(second, 'CI')],
    }))
  test('a retirement before the standing end moves it forward', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, muchLater)],
      when: replace(first, second, { retireAt: later }),
      events: [created(second, 'CI'), replaced(first, later)],
    }))
  test('a revoked key cannot be replaced', () =>
    expectRule({
      given: [created(first, 'CI'), revoked(first, 'immediately')],
      when: replace(first, second),
      refusal: keyEnded,
    }))
  test('an expired key cannot be replaced', () =>
    expectRule({
      given: [created(first, 'CI', now)],
      when: replace(first, second),
      refusal: keyEnded,
    }))
  test('an id that exists with other content is refused', () =>
    expectRule({
      given: [created(first, 'CI'), created(second, 'Nightly')],
      when: replace(first, second, { digest: digest('another') }),
      refusal: { _tag: 'KeyIdTaken' },
    }))
  test('a key of another workspace is not found', () =>
    expectRule({
      given: [created(first, 'CI')],
      when: replace(second, third),
      refusal: keyNotFound,
    }))
})

describe('repeated commands', () => {
  const commands: ReadonlyArray<KeyRingCommand> = [
    create(second, 'Nightly'),
    create(second, 'Nightly', { expiresAt: later }),
    rename(first, 'Nightly'),
    revoke(first),
    revoke(first, { effective: later }),
    revoke(first, { effective: before }),
    revoke(first, { effective: later, reason: 'leaked' }),
    revokeAll([first]),
    replace(first, second),
    replace(first, second, { retireAt: now }),
  ]
  test.each(commands)('are silent: $type', (command) => {
    const ring = ringOf([created(first, 'CI')])
    const decision = decide(command, ring)
    if (E.isLeft(decision)) throw new Error('refused')
    expect(decision.right).not.toHaveLength(0)
    expect(decide(command, fold(ring, entriesOf(decision.right)))).toStrictEqual(E.right([]))
  })
  test('a repeated creation is silent also when its name was given away since', () =>
    expectRule({
      given: [created(first, 'CI'), renamed(first, 'Old'), created(second, 'CI')],
      when: create(first, 'CI'),
      events: [],
    }))
  test('a repeated replacement is silent also when the replaced key has ended since', () =>
    expectRule({
      given: [created(first, 'CI'), created(second, 'CI'), replaced(first, before)],
      when: replace(first, second),
      events: [],
    }))
})

describe('a command that is bound to a revision', () => {
  /** The first key was changed last by the event of revision 2. */
  const given = [created(first, 'CI'), created(second, 'Nightly'), renamed(first, 'CI 2')]
  const seen = { ifRevision: revision(2) }
  const outdated = { ifRevision: revision(0) }

  test.each<[string, KeyRingCommand, ReadonlyArray<KeyRingEvent>]>([
    ['rename', rename(first, 'CI 3', seen), [renamed(first, 'CI 3')]],
    ['revocation', revoke(first, seen), [revoked(first, 'immediately')]],
    ['replacement', replace(first, third, seen), [created(third, 'CI 2'), replaced(first, later)]],
  ])('is carried out where the key is as it was seen: %s', (_, when, events) =>
    expectRule({ given, when, events }),
  )
  test.each<[string, KeyRingCommand]>([
    ['rename', rename(first, 'CI 3', outdated)],
    ['rename to the name that it has', rename(first, 'CI 2', outdated)],
    ['rename to the name of another key', rename(first, 'Nightly', outdated)],
    ['revocation', revoke(first, outdated)],
    ['replacement', replace(first, third, outdated)],
  ])('is refused where the key was changed since, whatever else would be said of it: %s', (_, when) =>
    expectRule({ given, when, refusal: keyChanged }),
  )
  test.each<[string, KeyRingCommand]>([
    ['rename', rename(first, 'CI 3', seen)],
    ['revocation', revoke(first, seen)],
    ['replacement', replace(first, third, seen)],
  ])('is refused as changed and not as ended where the key was revoked since: %s', (_, when) =>
    expectRule({ given: [...given, revoked(first, 'immediately')], when, refusal: keyChanged }),
  )
  test('is not concerned by what happened to other keys', () =>
    expectRule({
      given: [...given, renamed(second, 'Weekly'), revoked(second, 'immediately')],
      when: rename(first, 'CI 3', seen),
      events: [renamed(first, 'CI 3')],
    }))
  test('says of a key that is not there that it is not there', () =>
    expectRule({ given, when: rename(third, 'CI 3', seen), refusal: keyNotFound }))
  test('is silent when its request comes again, though the key was changed by it', () => {
    const request = { id: 'request', fingerprint: 'content' }
    expectRule({ given, request, when: rename(first, 'CI 2', { ...outdated, request }), events: [] })
  })
})

describe('requests with an id', () => {
  const request = { id: 'request', fingerprint: 'content' }
  const given = [created(first, 'CI')]

  test('the same request is silent, although it would make another key', () =>
    expectRule({
      given,
      request,
      when: create(second, 'CI', { request }),
      events: [],
    }))
  test('the same request is silent, although it would be refused today', () =>
    expectRule({
      given: [...given, revoked(first, 'immediately')],
      request,
      when: rename(first, 'Nightly', { request }),
      events: [],
    }))
  test('the same id with other content is refused', () =>
    expectRule({
      given,
      request,
      when: create(second, 'Nightly', { request: { ...request, fingerprint: 'other content' } }),
      refusal: { _tag: 'RequestReused' },
    }))
  test('another id is another request', () =>
    expectRule({
      given,
      request,
      when: create(second, 'Nightly', { request: { ...request, id: 'another request' } }),
      events: [created(second, 'Nightly')],
    }))
  test('a request remembers the keys that it touched, in the order of its events', () => {
    const ring = ringOf([created(second, 'CI'), replaced(first, later)], request)
    expect(ring.requests.get('request')).toStrictEqual({ fingerprint: 'content', keyIds: [second, first] })
  })
})

test('the end of a key is the minimum of its expiry and all its revocations, in whatever order they came', () => {
  const ends = [later, 'immediately', muchLater] as const
  for (const order of [ends, ends.toReversed()]) {
    const ring = ringOf([created(first, 'CI', muchLater), ...order.map((end) => revoked(first, end))])
    expect(ring.keys.get(first)?.revocation).toMatchObject({ effective: 'immediately' })
  }
  expect(ringOf([revoked(first, later)])).toStrictEqual(emptyRing)
})
