import { afterEach, describe, expect, test } from '@jest/globals'
import { openKeys, readSettings, reveal } from '@detrics/keys'
import { getOrElseW, isRight } from 'fp-ts/lib/Either.js'
import { isSome } from 'fp-ts/lib/Option.js'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bearer, call } from './harness.js'
import { bridged, endPrograms, program } from './processes.js'

afterEach(endPrograms)

const member = { type: 'system', reason: 'test' } as const
const fail = (error: unknown): never => {
  throw new Error(JSON.stringify(error))
}

const inFolder = async (body: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'detrics-mcp-'))
  await body(folder)
  await rm(folder, { recursive: true })
}

const makeKey = async (folder: string) => {
  const keys = getOrElseW(fail)(await openKeys({ store: `sqlite:${folder}/keys.sqlite` })())
  const made = getOrElseW(fail)(
    await keys.create({ workspaceId: 'ws_a', actor: member, name: 'Work laptop' })(),
  )
  if (!isSome(made.secret)) throw new Error('no secret')
  return { keys, keyId: made.key.keyId, secret: reveal(made.secret.value) }
}

const listening = async (folder: string) => {
  const main = program('main.js', { DETRICS_DATA: folder, DETRICS_MCP_PORT: '0' })
  const line = JSON.parse(await main.line()) as { readonly url: string }
  return { main, line }
}

describe('the process', () => {
  test('says in one line where it listens, serves a key made elsewhere, and refuses it once revoked', async () => {
    await inFolder(async (folder) => {
      const { main, line } = await listening(folder)
      expect(line).toEqual({
        event: 'listening',
        app: 'mcp',
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/),
      })
      const { keys, keyId, secret } = await makeKey(folder)
      const { client, connect } = await bridged('2026-07-28', {
        DETRICS_API_KEY: secret,
        DETRICS_MCP_URL: line.url,
      })
      await connect()
      const whoami = await client.callTool({ name: 'whoami', arguments: {} })
      expect(whoami.structuredContent).toMatchObject({ keyId, name: 'Work laptop', workspaceId: 'ws_a' })
      getOrElseW(fail)(await keys.revoke({ workspaceId: 'ws_a', actor: member, keyId })())
      await expect(client.callTool({ name: 'whoami', arguments: {} })).rejects.toMatchObject({ code: -31401 })
      await client.close()
      main.child.kill('SIGTERM')
      expect(await main.exited).toBe(0)
      expect(main.errors).toEqual([])
      await keys.close()
    })
  })

  test('has every executed call on record, also when it is killed right after the answer', async () => {
    await inFolder(async (folder) => {
      const { main, line } = await listening(folder)
      const { keys, keyId, secret } = await makeKey(folder)
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...bearer(secret),
      }
      await (await fetch(line.url, { method: 'POST', headers, body: call('list_keys') })).text()
      main.child.kill('SIGKILL')
      await main.exited
      const page = getOrElseW(fail)(await keys.activity({ workspaceId: 'ws_a', keyId })())
      expect(page.entries[0]).toMatchObject({
        kind: 'used',
        action: 'list_keys',
        outcome: 'accepted',
        count: 1,
      })
      await keys.close()
    })
  })

  test('refuses to start with a wrong setting, names it without its value, and exits with 78', async () => {
    const main = program('main.js', { DETRICS_MCP_PORT: 'seven', DETRICS_NO_SUCH: 'hidden' })
    expect(await main.exited).toBe(78)
    expect(main.errors).toHaveLength(2)
    expect(main.errors.join(' ')).toMatch(/DETRICS_NO_SUCH: .*DETRICS_MCP_PORT: /)
    expect(main.errors.join(' ')).not.toMatch(/seven|hidden/)
  })

  test('refuses to start on a port that is taken, and exits with 78', async () => {
    await inFolder(async (folder) => {
      const { main, line } = await listening(folder)
      const port = new URL(line.url).port
      const second = program('main.js', { DETRICS_DATA: folder, DETRICS_MCP_PORT: port })
      expect(await second.exited).toBe(78)
      expect(second.errors).toEqual([
        `detrics-mcp-server: Another program listens on port ${port}. End it, or choose another port with DETRICS_MCP_PORT.`,
      ])
      main.child.kill('SIGINT')
      expect(await main.exited).toBe(0)
    })
  })
})

test('the bridge looks for the endpoint where the process listens by default', async () => {
  const settings = readSettings({})
  const { endpointOf } = await import('../src/bridge/settings.js')
  const endpoint = endpointOf({})
  expect(isRight(settings) && isRight(endpoint) && endpoint.right.port).toBe(
    isRight(settings) ? String(settings.right.mcpPort) : '',
  )
})
