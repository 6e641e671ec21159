import { describe, expect, test } from '@jest/globals'
import {
  expectProblem,
  holdsTrace,
  jsonOf,
  keysPath,
  make,
  marker,
  withApi,
  type Answer,
  type Api,
  type Ask,
  type ShownCreation,
  type ShownKey,
} from './harness.js'

/** The changes of a key that take a precondition, each of which is carried out on a key of its own. */
const changes: Readonly<Record<string, (api: Api, key: ShownKey, ask: Ask) => Promise<Answer>>> = {
  rename: ({ ask }, { keyId }, more) =>
    ask('PATCH', `${keysPath}/${keyId}`, { json: { name: 'Desk' }, ...more }),
  revoke: ({ ask }, { keyId }, more) => ask('POST', `${keysPath}/${keyId}/revoke`, { json: {}, ...more }),
  replace: ({ ask }, { keyId }, more) => ask('POST', `${keysPath}/${keyId}/replace`, { json: {}, ...more }),
}

const ifMatch = (tag: string): Ask => ({ headers: { 'if-match': tag } })
const shown = async ({ ask }: Api, { keyId }: ShownKey): Promise<Answer> => ask('GET', `${keysPath}/${keyId}`)
const rename = ({ ask }: Api, { keyId }: ShownKey, name: string, more: Ask = {}): Promise<Answer> =>
  ask('PATCH', `${keysPath}/${keyId}`, { json: { name }, ...more })

describe('the entity tag of a key', () => {
  test(
    'is on every reply that shows one key, is its revision, and moves with each change of this key only',
    withApi(async (api) => {
      const made = await api.ask('POST', keysPath, { json: { name: 'Laptop' } })
      const { key } = jsonOf<ShownCreation>(made)
      const other = await make(api, 'Server')
      expect([made.headers['etag'], (await shown(api, key)).headers['etag']]).toEqual(['"0"', '"0"'])
      const renamed = await rename(api, key, 'Desk')
      expect(renamed.headers['etag']).toBe(`"${jsonOf<ShownCreation>(renamed).key.revision}"`)
      expect(renamed.headers['etag']).not.toBe('"0"')
      expect((await shown(api, other.key)).headers['etag']).toBe('"1"')
      const replaced = await api.ask('POST', `${keysPath}/${key.keyId}/replace`)
      const { key: successor } = jsonOf<ShownCreation>(replaced)
      expect(replaced.headers['etag']).toBe(`"${successor.revision}"`)
      expect((await shown(api, successor)).headers['etag']).toBe(replaced.headers['etag'])
      const revoked = await api.ask('POST', `${keysPath}/${key.keyId}/revoke`)
      expect((await shown(api, key)).headers['etag']).toBe(revoked.headers['etag'])
      expect(new Set([renamed, replaced, revoked].map(({ headers }) => headers['etag'])).size).toBe(3)
    }),
  )

  test(
    'is on no other reply, a problem included',
    withApi(async (api) => {
      const { key } = await make(api, 'Laptop')
      const answers = [
        await api.ask('GET', keysPath),
        await api.ask('POST', `${keysPath}/revoke`, { json: { keyIds: [key.keyId] } }),
        await rename(api, key, 'Desk'),
      ]
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 409])
      for (const { headers } of answers) expect(headers).not.toHaveProperty('etag')
    }),
  )
})

describe.each(Object.keys(changes))('%s with If-Match', (change) => {
  const carryOut = changes[change]!

  test(
    'is carried out while the key is as it was read, whatever became of others, and refused after that',
    withApi(async (api) => {
      const { key } = await make(api, 'Laptop')
      await make(api, 'Server')
      const tag = (await shown(api, key)).headers['etag'] ?? ''
      await rename(api, key, 'Renamed')
      const before = await shown(api, key)
      const refused = await carryOut(api, key, ifMatch(tag))
      expectProblem(refused, 'key_changed')
      expect((await shown(api, key)).text).toBe(before.text)
      const accepted = await carryOut(api, key, ifMatch(before.headers['etag'] ?? ''))
      expect(accepted.status).toBe(change === 'replace' ? 201 : 200)
    }),
  )

  test.each(['*', ' * '])('"%s" is for whatever the key has become', (tag) =>
    withApi(async (api) => {
      const { key } = await make(api, 'Laptop')
      await rename(api, key, 'Renamed')
      expect((await carryOut(api, key, ifMatch(tag))).status).toBeLessThan(300)
    })(),
  )

  test(
    'of a form in which no tag was given out is refused as such, and changes nothing',
    withApi(async (api) => {
      const { key } = await make(api, 'Laptop')
      const malformed = [
        'W/"0"',
        '0',
        '"0',
        '""',
        '"-1"',
        '"0x0"',
        `"${marker}"`,
        '"0", "1"',
        '*, "0"',
        '',
        `"${'1'.repeat(20)}"`,
      ]
      for (const tag of malformed) {
        const answer = await carryOut(api, key, ifMatch(tag))
        expectProblem(answer, 'invalid_request', ['/If-Match'])
        expect(holdsTrace(answer, marker)).toBe(false)
      }
      expect(jsonOf<ShownCreation>(await shown(api, key)).key).toEqual(key)
    }),
  )

  test(
    'tells no key from none: an unknown key is not found, whatever the tag',
    withApi(async (api) => {
      const { key } = await make(api, 'Of B', { workspaceId: 'demo-b' })
      for (const tag of ['"0"', '"7"', '*'])
        expectProblem(await carryOut(api, key, ifMatch(tag)), 'key_not_found')
    }),
  )
})

test(
  'of two that race with the same tag one is carried out and the other refused, every time',
  withApi(async (api) => {
    const { key } = await make(api, 'Laptop')
    for (let round = 0; round < 20; round += 1) {
      const tag = (await shown(api, key)).headers['etag'] ?? ''
      const answers = await Promise.all(
        ['left', 'right'].map((side) => rename(api, key, `${side} ${round}`, ifMatch(tag))),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 412]))
      const won = answers.find(({ status }) => status === 200)
      expect(jsonOf<ShownCreation>(await shown(api, key)).key).toEqual(jsonOf<ShownCreation>(won!).key)
    }
  }),
)

test(
  'a replacement that is repeated with its Idempotency-Key is answered again, though the key has changed by it',
  withApi(async (api) => {
    const { key } = await make(api, 'Laptop')
    const headers = { 'if-match': `"${key.revision}"`, 'idempotency-key': 'a-9f2c' }
    const send = () => api.ask('POST', `${keysPath}/${key.keyId}/replace`, { headers })
    const [first, again] = [await send(), await send()]
    expect([first.status, again.status]).toEqual([201, 201])
    expect(jsonOf<ShownCreation>(again).key).toEqual(jsonOf<ShownCreation>(first).key)
    expect(jsonOf<ShownCreation>(again).secret).toBeNull()
  }),
)

test(
  'where a key is made or many are revoked there is nothing to match: the header is passed over',
  withApi(async (api) => {
    const made = await api.ask('POST', keysPath, { json: { name: 'Laptop' }, ...ifMatch('"99"') })
    expect(made.status).toBe(201)
    const keyIds = [jsonOf<ShownCreation>(made).key.keyId]
    const revoked = await api.ask('POST', `${keysPath}/revoke`, { json: { keyIds }, ...ifMatch('"99"') })
    expect(revoked.status).toBe(200)
  }),
)
