import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Client } from '@modelcontextprotocol/client'
import { connect, eras, harness, type Harness } from './harness.js'

const sentence = 'Unauthorized: API key is missing, invalid, expired or revoked'
const unavailable =
  'Service unavailable: the API key could not be checked and its use not recorded, try again'

const requests: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  'tools/list': (client) => client.listTools(),
  whoami: (client) => client.callTool({ name: 'whoami', arguments: {} }),
  list_keys: (client) => client.callTool({ name: 'list_keys', arguments: {} }),
  review_activity: (client) => client.callTool({ name: 'review_activity', arguments: {} }),
}

for (const era of eras)
  describe(`with a client of ${era}`, () => {
    let made: Harness
    beforeEach(() => {
      made = harness()
    })

    test('no key, or a bad one, is refused at once with 401', async () => {
      await expect(connect(made.app, era)).rejects.toMatchObject({ status: 401 })
      await expect(connect(made.app, era, 'detrics_bad')).rejects.toMatchObject({ status: 401 })
    })

    test('a store that is down is 503 when connecting, never 401', async () => {
      const { secret } = made.fake.add('ws_a', 'Work laptop')
      made.fake.setDown(true)
      await expect(connect(made.app, era, secret)).rejects.toMatchObject({ status: 503 })
    })

    test('resources, prompts and completions are not offered', async () => {
      const { secret } = made.fake.add('ws_a', 'Work laptop')
      const client = await connect(made.app, era, secret)
      expect(client.getServerCapabilities()).toEqual({ tools: { listChanged: false } })
      await client.close()
    })

    for (const [name, request] of Object.entries(requests)) {
      test(`${name} works with a good key and is on record by its name`, async () => {
        const { secret } = made.fake.add('ws_a', 'Work laptop')
        const client = await connect(made.app, era, secret)
        const before = made.fake.uses.length
        expect(await request(client)).not.toHaveProperty('isError', true)
        expect(made.fake.uses.slice(before).map(({ action, outcome }) => ({ action, outcome }))).toEqual([
          { action: name, outcome: 'Active' },
        ])
        await client.close()
        expect(made.fake.openWatches()).toBe(0)
      })

      test(`${name} is refused from the request after the revocation on, and works with a good key again`, async () => {
        const { secret, keyId } = made.fake.add('ws_a', 'Work laptop')
        const other = made.fake.add('ws_a', 'CI server')
        const client = await connect(made.app, era, secret)
        const neighbour = await connect(made.app, era, other.secret)
        await request(client)
        made.fake.end(keyId)
        await expect(request(client)).rejects.toThrow(sentence)
        await request(neighbour)
        made.fake.revive(keyId)
        await request(client)
        await client.close()
        await neighbour.close()
      })

      test(`${name} is unavailable while the store is down, and carries nothing out`, async () => {
        const { secret } = made.fake.add('ws_a', 'Work laptop')
        const client = await connect(made.app, era, secret)
        made.fake.setDown(true)
        const before = made.fake.journal.filter((line) => !line.startsWith('verif')).length
        await expect(request(client)).rejects.toThrow(unavailable)
        expect(made.fake.journal.filter((line) => !line.startsWith('verif'))).toHaveLength(before)
        await client.close()
      })
    }
  })

test('the client of 2026-07-28 is on record by what it declares with each request', async () => {
  const { app, fake } = harness()
  const client = await connect(app, '2026-07-28', fake.add('ws_a', 'Work laptop').secret)
  await client.callTool({ name: 'whoami', arguments: {} })
  expect(fake.uses.at(-1)).toMatchObject({ action: 'whoami', client: 'agent/1.2.3', address: '127.0.0.1' })
  await client.close()
})
