import { describe, expect, test } from '@jest/globals'
import {
  activityPath,
  expectProblem,
  forged,
  holdsTrace,
  jsonOf,
  keysPath,
  make,
  movableClock,
  second,
  withApi,
  type Api,
  type ShownActivity,
  type ShownEntry,
  type ShownKey,
  type ShownPage,
} from './harness.js'

const list = async ({ ask }: Api, query: Readonly<Record<string, string>> = {}): Promise<ShownPage> =>
  jsonOf<ShownPage>(await ask('GET', `${keysPath}?${new URLSearchParams(query).toString()}`))

const names = ({ keys }: ShownPage): ReadonlyArray<string> => keys.map(({ name }) => name)

describe('the list of keys', () => {
  test(
    'is searched by name in any case, and from four characters on by id and mask',
    withApi(async (api) => {
      const { key } = await make(api, 'Work laptop')
      await make(api, 'CI server')
      await make(api, 'Straße 7')
      for (const search of ['LAPTOP', 'work', 'k l', key.keyId.slice(-12), key.mask.slice(10, 20)])
        expect([search, names(await list(api, { search }))]).toEqual([search, ['Work laptop']])
      expect(names(await list(api, { search: 'STRASSE' }))).toEqual(['Straße 7'])
      expect(names(await list(api, { search: 's' }))).toEqual(['Straße 7', 'CI server'])
      expect(await list(api, { search: 'nothing like it' })).toEqual({ keys: [], next: null })
    }),
  )

  test(
    'is not searched for a secret, nor for nothing, nor for more than fits in a name',
    withApi(async (api) => {
      const { secret } = await make(api, 'Laptop')
      for (const search of ['', '  ', 'x'.repeat(65), secret, forged(), secret.slice(-38)]) {
        const answer = await api.ask('GET', `${keysPath}?search=${encodeURIComponent(search)}`)
        expectProblem(answer, 'invalid_request', ['/search'])
        expect(holdsTrace(answer, secret.slice(-20))).toBe(false)
      }
    }),
  )

  test('is narrowed to a state, as it is now', async () => {
    const clock = movableClock()
    await withApi(
      async (api) => {
        await make(api, 'Active')
        await make(api, 'Expiring', { expiresAt: '2026-02-16T09:31:00Z' })
        const { key } = await make(api, 'Revoked')
        await api.ask('POST', `${keysPath}/${key.keyId}/revoke`)
        expect(names(await list(api, { status: 'active' }))).toEqual(['Expiring', 'Active'])
        clock.advance(60 * second)
        expect(names(await list(api, { status: 'active' }))).toEqual(['Active'])
        expect(names(await list(api, { status: 'expired' }))).toEqual(['Expiring'])
        expect(names(await list(api, { status: 'revoked' }))).toEqual(['Revoked'])
        expect(names(await list(api, { status: 'revoked', search: 'act' }))).toEqual([])
      },
      { clock },
    )()
  })

  test(
    'comes in pages that hold what was asked for, each key once, also when keys are made meanwhile',
    withApi(async (api) => {
      for (const name of ['a 1', 'b 1', 'a 2', 'b 2', 'a 3', 'b 3', 'a 4']) await make(api, name)
      const seen: Array<string> = []
      let query: Readonly<Record<string, string>> = { search: 'a', limit: '2' }
      for (let page = await list(api, query); ; page = await list(api, query)) {
        seen.push(...names(page))
        await make(api, `a late ${seen.length}`)
        if (page.next === null) break
        query = { ...query, cursor: page.next }
      }
      expect(seen).toEqual(['a 4', 'a 3', 'a 2', 'a 1'])
    }),
  )

  test(
    'says when a key was accepted last, and nothing where it never was',
    withApi(
      async (api) => {
        const [used, tried, unused] = [
          await make(api, 'Used'),
          await make(api, 'Tried'),
          await make(api, 'Unused'),
        ]
        await api.keys.verify(used.secret, { action: 'read' })()
        await api.keys.verify(forged(tried.key.keyId), { action: 'read' })()
        await api.ask('POST', `${keysPath}/${unused.key.keyId}/revoke`)
        await api.keys.verify(unused.secret, { action: 'read' })()
        const lastUses = (await list(api)).keys.map(({ name, lastUsedAt }) => [name, lastUsedAt])
        expect(lastUses).toEqual([
          ['Unused', undefined],
          ['Tried', undefined],
          ['Used', '2026-02-16T09:30:00.000Z'],
        ])
        const one = jsonOf<{ key: ShownKey }>(await api.ask('GET', `${keysPath}/${used.key.keyId}`))
        expect(one.key.lastUsedAt).toBe('2026-02-16T09:30:00.000Z')
        expect(one.key).not.toHaveProperty('lastUseUnknown')
      },
      { clock: movableClock() },
    ),
  )

  test(
    'says where it cannot tell that',
    withApi(
      async (api) => {
        await make(api, 'Laptop')
        expect((await list(api)).keys).toMatchObject([{ name: 'Laptop', lastUseUnknown: true }])
      },
      {
        alter: (keys) => ({
          ...keys,
          list: (request) => async () => {
            const page = await keys.list(request)()
            if (page._tag === 'Left') return page
            const unknown = page.right.keys.map((key) => ({ ...key, lastUseUnknown: true as const }))
            return { _tag: 'Right', right: { ...page.right, keys: unknown } }
          },
        }),
      },
    ),
  )
})

describe('the review of activity', () => {
  const started = Date.UTC(2026, 1, 16, 9, 30)
  const at = (seconds: number): string => new Date(started + seconds * second).toISOString()

  /** Two keys, and what is done with them second by second. */
  const withHistory = (
    work: (
      review: (query: Readonly<Record<string, string>>) => Promise<ReadonlyArray<string>>,
      keys: {
        readonly laptop: ShownKey
        readonly server: ShownKey
      },
    ) => Promise<void>,
  ) => {
    const clock = movableClock(started)
    return withApi(
      async (api) => {
        const laptop = await make(api, 'Laptop')
        const server = await make(api, 'Server')
        const use = async (secret: string): Promise<void> => {
          clock.advance(second)
          await api.keys.verify(secret, { action: 'read' })()
        }
        await use(laptop.secret)
        await use(server.secret)
        await use(forged(laptop.key.keyId))
        clock.advance(second)
        await api.ask('PATCH', `${keysPath}/${laptop.key.keyId}`, { json: { name: 'Desk' } })
        await api.ask('POST', `${keysPath}/${server.key.keyId}/revoke`)
        await use(server.secret)
        const review = async (query: Readonly<Record<string, string>>): Promise<ReadonlyArray<string>> => {
          const answer = await api.ask('GET', `${activityPath}?${new URLSearchParams(query).toString()}`)
          return jsonOf<ShownActivity>(answer).entries.map(lineOf(laptop.key.keyId)).toSorted()
        }
        await work(review, { laptop: laptop.key, server: server.key })
      },
      { clock },
    )()
  }

  const lineOf =
    (laptopId: string) =>
    ({ kind, keyId, outcome }: ShownEntry): string =>
      [keyId === laptopId ? 'laptop' : 'server', kind, outcome].filter(Boolean).join(' ')

  /** In the order of the alphabet: a refused use is stored soon, and not necessarily before what happens next. */
  const everything = [
    'laptop created',
    'laptop renamed',
    'laptop used accepted',
    'laptop used wrong-secret',
    'server created',
    'server revoked',
    'server used accepted',
    'server used revoked',
  ]

  test('is narrowed by kind, outcome, key and time, alone and together', () =>
    withHistory(async (review, { laptop, server }) => {
      const narrowed = async (query: Readonly<Record<string, string>>, isMeant: (line: string) => boolean) =>
        expect([query, await review(query)]).toEqual([query, everything.filter(isMeant)])
      await narrowed({}, () => true)
      for (const kind of ['created', 'renamed', 'revoked', 'used'])
        await narrowed({ kind }, (line) => line.split(' ')[1] === kind)
      for (const outcome of ['accepted', 'revoked', 'wrong-secret', 'expired'])
        await narrowed({ outcome }, (line) => line.split(' ')[2] === outcome)
      await narrowed({ keyId: server.keyId }, (line) => line.startsWith('server'))
      const ofLaptop = { keyId: laptop.keyId.toUpperCase(), kind: 'used' }
      await narrowed(ofLaptop, (line) => line.startsWith('laptop used'))
      await narrowed({ kind: 'created', outcome: 'accepted' }, () => false)
    }))

  test('begins at `since` and ends before `until`', () =>
    withHistory(async (review) => {
      expect(await review({ since: at(1), until: at(3) })).toEqual([
        'laptop used accepted',
        'server used accepted',
      ])
      expect(await review({ until: at(1) })).toEqual(['laptop created', 'server created'])
      expect(await review({ since: at(5) })).toEqual(['server used revoked'])
      expect(await review({ since: at(3), until: at(3) })).toEqual([])
    }))

  test(
    'leads through all pages of what was asked for',
    withApi(async (api) => {
      const { key } = await make(api, 'one')
      for (const name of ['two', 'three', 'four'])
        await api.ask('PATCH', `${keysPath}/${key.keyId}`, { json: { name } })
      const seen: Array<unknown> = []
      for (let cursor = ''; ;) {
        const answer = await api.ask('GET', `${activityPath}?kind=renamed&limit=1${cursor}`)
        const { entries, next } = jsonOf<ShownActivity>(answer)
        seen.push(...entries.map(({ name }) => name))
        if (next === null) break
        cursor = `&cursor=${next}`
      }
      expect(seen).toEqual(['four', 'three', 'two'])
    }),
  )
})
