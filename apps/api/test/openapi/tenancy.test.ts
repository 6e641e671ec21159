import type { KeyId } from '@detrics/keys'
import type { ProblemCode } from '@detrics/keys-client/contract'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  expectProblem,
  forged,
  jsonOf,
  openApi,
  unknownKeyId,
  whole,
  type Answer,
  type Api,
  type Ask,
} from '../harness.js'
import { standardLimits } from '../../src/limits/index.js'
import {
  makeKey,
  nowSeconds,
  openSigningProvider,
  tokenOf,
  type SigningKey,
  type SigningProvider,
} from '../identity/signing-provider.js'
import { openOidc } from '../identity/support.js'
import { document, operationsIn, type Placed } from './document.js'

/*
 * Every operation of the description, asked for by everybody about everything. Workspaces demo-a and demo-b are those of
 * one member, demo-c is one of others, demo-x does not exist. What is expected follows from `x-access` and from nothing
 * else.
 */
const described = operationsIn(document)
const table = described.map((operation) => [operation.operationId, operation] as const)

/** How an operation is asked about a key that is not in its path, and with which body it is a good request. */
interface Row {
  readonly body?: (keyId: string) => object
  readonly query?: (keyId: string) => string
  /** It names a key outside its path and finds nothing, where another one would be told that there is none. */
  readonly findsNothing?: true
}

const rows: Readonly<Record<string, Row>> = {
  getMe: {},
  listKeys: {},
  createKey: { body: () => ({ name: `Made ${Math.random()}` }) },
  getKey: {},
  renameKey: { body: () => ({ name: `Renamed ${Math.random()}` }) },
  revokeKey: { body: () => ({ reason: 'leaked' }) },
  replaceKey: { body: () => ({}) },
  revokeKeys: { body: (keyId) => ({ keyIds: [keyId] }) },
  reviewActivity: { query: (keyId) => `?keyId=${keyId}`, findsNothing: true },
  verifyKey: { body: () => ({ key: 'x', action: 'read' }) },
  getHealth: {},
  getReadiness: {},
  getMetrics: {},
  getOpenApi: {},
}

const serviceCredential = 'svc-9f2c1b7e'
const sub = 'member-7'

interface Caller {
  readonly credential: string | undefined
  /** The role in demo-a; undefined is no member of it. */
  readonly role?: 'viewer' | 'manager'
  readonly type: 'member' | 'service' | ProblemCode
}

type CallerName = keyof typeof callerTypes
const callerTypes = {
  manager: { type: 'member', role: 'manager' },
  viewer: { type: 'member', role: 'viewer' },
  'a member of other workspaces only': { type: 'member' },
  'a member of no workspace': { type: 'member' },
  'a service': { type: 'service' },
  'nobody, without a credential': { type: 'unauthenticated' },
  'whoever has an expired token': { type: 'token_expired' },
  'whoever has a token of another provider': { type: 'token_invalid' },
  'whoever has a token for another audience': { type: 'token_invalid' },
  'whoever has something else': { type: 'token_invalid' },
  'an agent, with its API key': { type: 'key_is_no_member' },
} as const satisfies Readonly<Record<string, Omit<Caller, 'credential'>>>
const callerNames = Object.keys(callerTypes) as ReadonlyArray<CallerName>

let provider: SigningProvider
let api: Api
let callers: Readonly<Record<CallerName, Caller>>
/** Of demo-b, which is the member's too, and of demo-c, which is not. */
let foreign: { readonly b: KeyId; readonly c: KeyId }

const tokensOf = async (key: SigningKey): Promise<Readonly<Record<CallerName, string | undefined>>> => {
  const roles = (of: Readonly<Record<string, string>>) => ({
    key,
    claims: { sub, workspaces: Object.entries(of).map(([id, role]) => ({ id, role })) },
  })
  const manager = { key, claims: roles({ 'demo-a': 'manager', 'demo-b': 'manager' }).claims }
  const token = (wish: Parameters<typeof tokenOf>[1]) => tokenOf(provider.issuer, wish)
  return {
    manager: await token(manager),
    viewer: await token(roles({ 'demo-a': 'viewer', 'demo-b': 'manager' })),
    'a member of other workspaces only': await token(roles({ 'demo-b': 'manager' })),
    'a member of no workspace': await token({ key, claims: { sub }, without: ['workspaces'] }),
    'a service': serviceCredential,
    'nobody, without a credential': undefined,
    'whoever has an expired token': await token({ key, claims: { ...manager.claims, exp: nowSeconds - 60 } }),
    'whoever has a token of another provider': await token({ ...manager, key: await makeKey('one') }),
    'whoever has a token for another audience': await token({
      key,
      claims: { ...manager.claims, aud: 'https://other.example.com' },
    }),
    'whoever has something else': 'something-else',
    'an agent, with its API key': secretOfA,
  }
}

let secretOfA = ''

const made = async (workspaceId: string): Promise<{ readonly keyId: KeyId; readonly secret: string }> => {
  const actor = { type: 'system', reason: 'test' } as const
  const outcome = await api.keys.create({ workspaceId, actor, name: `Of ${workspaceId} ${Math.random()}` })()
  if (outcome._tag === 'Left') throw new Error(outcome.left._tag)
  return { keyId: outcome.right.key.keyId, secret: forged(outcome.right.key.keyId) }
}

beforeAll(async () => {
  const key = await makeKey('one')
  provider = await openSigningProvider(key)
  const services = {
    find: (credential: string) =>
      credential === serviceCredential ? ({ type: 'service', serviceId: 'reports' } as const) : undefined,
  }
  // Whoever is refused too often is answered otherwise after that.
  const limits = { ...standardLimits, failures: { ...standardLimits.failures, countMax: 100_000 } }
  api = await openApi({ identity: openOidc(provider.issuer, { services }).identity, limits })
  secretOfA = (await made('demo-a')).secret
  const tokens = await tokensOf(key)
  callers = Object.fromEntries(
    callerNames.map((name) => [name, { ...callerTypes[name], credential: tokens[name] }]),
  ) as Record<CallerName, Caller>
  foreign = { b: (await made('demo-b')).keyId, c: (await made('demo-c')).keyId }
})
afterAll(() => api.close())

interface Target {
  readonly workspaceId: string
  readonly keyId: string
}

const ask = (operation: Placed, { credential }: Caller, { workspaceId, keyId }: Target): Promise<Answer> => {
  const { body, query } = rows[operation.operationId] as Row
  const path = operation.path.replace('{workspaceId}', workspaceId).replace('{keyId}', keyId)
  const headers = credential === undefined ? {} : { authorization: `Bearer ${credential}` }
  const more: Ask = body === undefined ? {} : { json: body(keyId) }
  return api.ask(operation.method, `${path}${query?.(keyId) ?? ''}`, { ...more, headers })
}

const namesWorkspace = ({ path }: Placed): boolean => path.includes('{workspaceId}')
const namesKey = ({ path, operationId }: Placed): boolean =>
  path.includes('{keyId}') || operationId === 'revokeKeys' || operationId === 'reviewActivity'

/** Why a caller is not answered, whatever is asked about; undefined is that it depends on this. */
const refusalOf = ({ 'x-access': access }: Placed, { type }: Caller): ProblemCode | 'none' | undefined => {
  if (access === 'anyone') return 'none'
  if (type !== 'member' && type !== 'service') return type
  if (access === 'service') return type === 'service' ? 'none' : 'service_required'
  if (type === 'service') return 'member_required'
  return access === 'member' ? 'none' : undefined
}

/** What is expected of a caller who asks about a workspace and a key in it. */
const expectedOf = (
  operation: Placed,
  caller: Caller,
  { isMine, isThere }: { readonly isMine: boolean; readonly isThere: boolean },
): ProblemCode | 'none' => {
  const refusal = refusalOf(operation, caller)
  if (refusal !== undefined) return refusal
  if (!isMine || caller.role === undefined) return 'workspace_not_found'
  if (operation['x-access'] === 'manager' && caller.role !== 'manager') return 'manager_required'
  const isMissed = namesKey(operation) && !isThere && rows[operation.operationId]?.findsNothing === undefined
  return isMissed ? 'key_not_found' : 'none'
}

const expectAnswer = (operation: Placed, answer: Answer, code: ProblemCode | 'none'): void => {
  const { operationId } = operation
  if (code !== 'none') return expectProblem(answer, code)
  const described = Object.keys(operation.responses).filter((status) => Number(status) < 300)
  expect([operationId, described]).toEqual([operationId, [String(answer.status)]])
}

test('every operation has a row here', () => {
  expect(Object.keys(rows).toSorted()).toEqual(described.map(({ operationId }) => operationId).toSorted())
})

test('every access that there is, is expected here', () => {
  const known = ['anyone', 'manager', 'member', 'service', 'viewer']
  expect(Array.from(new Set(described.map((each) => each['x-access']))).toSorted()).toEqual(known)
})

describe('asked about a key of demo-a in demo-a, everybody is answered as the access of the operation says:', () => {
  test.each(table)('%s', async (_, operation) => {
    for (const name of callerNames) {
      const { keyId } = await made('demo-a')
      const answer = await ask(operation, callers[name], { workspaceId: 'demo-a', keyId })
      expectAnswer(operation, answer, expectedOf(operation, callers[name], { isMine: true, isThere: true }))
    }
  })
})

describe('a workspace of others is to everybody exactly what one is that does not exist:', () => {
  test.each(table.filter(([, operation]) => namesWorkspace(operation)))('%s', async (_, operation) => {
    for (const name of callerNames) {
      const caller = callers[name]
      const answer = await ask(operation, caller, { workspaceId: 'demo-c', keyId: foreign.c })
      expectAnswer(operation, answer, expectedOf(operation, caller, { isMine: false, isThere: false }))
      for (const keyId of [foreign.c, unknownKeyId])
        expect(whole(await ask(operation, caller, { workspaceId: 'demo-x', keyId }))).toBe(whole(answer))
      for (const trace of [foreign.c, 'demo-c']) expect(whole(answer)).not.toContain(trace)
    }
  })
})

describe('a key of another workspace is in this one, to everybody, exactly what one is that does not exist:', () => {
  test.each(table.filter(([, operation]) => namesKey(operation)))('%s', async (_, operation) => {
    for (const name of callerNames) {
      const caller = callers[name]
      const unknown = await ask(operation, caller, { workspaceId: 'demo-a', keyId: unknownKeyId })
      expectAnswer(operation, unknown, expectedOf(operation, caller, { isMine: true, isThere: false }))
      for (const keyId of [foreign.b, foreign.c]) {
        const answer = await ask(operation, caller, { workspaceId: 'demo-a', keyId })
        expect(whole(answer)).toBe(whole(unknown))
        expect(whole(answer)).not.toContain(keyId)
      }
    }
  })
})

test('none of that has touched a key of others, or is in their activity', async () => {
  for (const [workspaceId, keyId] of [
    ['demo-b', foreign.b],
    ['demo-c', foreign.c],
  ] as const) {
    const [key, trail] = [
      await api.keys.get({ workspaceId, keyId })(),
      await api.keys.activity({ workspaceId, keyId })(),
    ]
    expect(key).toMatchObject({ right: { status: 'active', revision: 0n } })
    expect(trail).toMatchObject({ right: { entries: [{ kind: 'created' }] } })
  }
})

test('control: the member reaches the key of demo-b where it is', async () => {
  const getKey = described.find(({ operationId }) => operationId === 'getKey') as Placed
  const answer = await ask(getKey, callers.manager, { workspaceId: 'demo-b', keyId: foreign.b })
  expect(jsonOf(answer)).toMatchObject({ key: { keyId: foreign.b, workspaceId: 'demo-b' } })
})
