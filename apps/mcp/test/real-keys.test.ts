import { expect, test } from '@jest/globals'
import { openKeys, reveal, type Keys } from '@detrics/keys'
import { createGate, createMcpApp, loopbackHosts } from '@detrics/keys-mcp'
import { getOrElseW } from 'fp-ts/lib/Either.js'
import { isSome } from 'fp-ts/lib/Option.js'
import { connect, eras } from './harness.js'

const actor = { type: 'system', reason: 'test' } as const
const fail = (error: unknown): never => {
  throw new Error(JSON.stringify(error))
}

const make = async (keys: Keys, workspaceId: string, name: string) => {
  const made = getOrElseW(fail)(await keys.create({ workspaceId, actor, name })())
  if (!isSome(made.secret)) throw new Error('no secret')
  return { keyId: made.key.keyId, secret: reveal(made.secret.value) }
}

for (const era of eras)
  test(`with the real front door, a client of ${era} sees its workspace until the key is revoked, and the review shows it`, async () => {
    const keys = getOrElseW(fail)(await openKeys({ store: 'memory:' })())
    const app = createMcpApp({ keys, gate: createGate(keys), hosts: loopbackHosts(4100) })
    const leaked = await make(keys, 'ws_a', 'Work laptop')
    const fresh = await make(keys, 'ws_a', 'Work laptop 2')
    await make(keys, 'ws_b', 'Foreign')
    const client = await connect(app, era, leaked.secret)
    const listed = (await client.callTool({ name: 'list_keys', arguments: { limit: 1 } })).structuredContent
    expect(listed).toMatchObject({ keys: [{ name: 'Work laptop 2', status: 'active' }] })
    const { nextCursor } = listed as { nextCursor: string }
    const second = await client.callTool({ name: 'list_keys', arguments: { cursor: nextCursor } })
    expect(second.structuredContent).toMatchObject({ keys: [{ keyId: leaked.keyId, name: 'Work laptop' }] })

    getOrElseW(fail)(
      await keys.revoke({ workspaceId: 'ws_a', actor, keyId: leaked.keyId, reason: 'leaked' })(),
    )
    await expect(client.callTool({ name: 'whoami', arguments: {} })).rejects.toThrow(
      'Unauthorized: API key is missing, invalid, expired or revoked',
    )

    const reviewer = await connect(app, era, fresh.secret)
    const review = await reviewer.callTool({
      name: 'review_activity',
      arguments: { keyId: leaked.keyId, limit: 2 },
    })
    expect(review.structuredContent).toMatchObject({
      entries: [
        { kind: 'used', action: 'whoami', outcome: 'revoked', address: '127.0.0.1' },
        { kind: 'revoked', reason: 'leaked', effective: 'immediately' },
      ],
    })
    await client.close()
    await reviewer.close()
    await app.close()
    await keys.close()
  })
