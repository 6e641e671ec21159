import { afterAll, describe, expect, test } from '@jest/globals'
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { apiOf } from '../support/api.js'
import { connectAgent, transports } from '../support/mcp-clients.js'
import { childEnvironment, root, temporaryFolder } from '../support/processes.js'
import { servers } from '../support/servers.js'

const folder = temporaryFolder()
const { postgres, eventStoreDb, stop } = servers()
afterAll(async () => {
  await stop()
  folder.remove()
})

/** The stores that two processes can share: what the setting is, and what is said of it. */
const stores: ReadonlyArray<readonly [string, () => Promise<string | undefined>, RegExp]> = [
  ['SQLite, which is the standard', () => Promise.resolve(undefined), /\/keys\.sqlite /],
  ['PostgreSQL', postgres, /PostgreSQL at 127\.0\.0\.1:\d+\/postgres /],
  ['EventStoreDB', eventStoreDb, /EventStoreDB at 127\.0\.0\.1:\d+ /],
]

const startProgram = join(root, 'scripts/start.mjs')
// The home folder is the one that the packages were installed with: another one would have them installed anew.
const environment = { ...childEnvironment(folder.path), HOME: process.env['HOME'] ?? folder.path }

interface Started {
  readonly text: string
  readonly stop: () => Promise<number | null>
}

/** What `npm start` runs; resolves with what it prints once it has printed all of it. */
const start = (store: string | undefined): Promise<Started> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [startProgram], {
      env: store === undefined ? environment : { ...environment, DETRICS_STORE: store },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const printed: string[] = []
    const exited = new Promise<number | null>((done) => child.once('exit', done))
    void exited.then((code) => {
      reject(new Error(`npm start ended with ${code}: ${printed.join('\n')}`))
    })
    child.stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()))
    createInterface({ input: child.stdout }).on('line', (line) => {
      printed.push(line)
      if (!line.includes('/activity')) return
      resolve({
        text: printed.join('\n'),
        stop: () => {
          child.kill('SIGTERM')
          return exited
        },
      })
    })
  })

const addressIn = (text: string, name: string): string =>
  new RegExp(`^ *${name} +(http\\S+)`, 'm').exec(text)?.[1] ?? ''

describe('npm start', () => {
  test.each(stores)(
    'on %s prints what a new user needs, and a second start finds the data again',
    async (_, setting, where) => {
      const store = await setting()
      const first = await start(store)
      const api = addressIn(first.text, 'API').replace(/\/v1$/, '')
      const mcp = addressIn(first.text, 'MCP')
      for (const line of [
        `curl -sS ${api}/v1/workspaces/demo-a/keys -H 'content-type: application/json' -d '{"name":"Work laptop"}'`,
        `claude mcp add --transport http detrics ${mcp} --header "Authorization: Bearer $DETRICS_API_KEY"`,
        `codex mcp add detrics --url ${mcp} --bearer-token-env-var DETRICS_API_KEY`,
      ])
        expect(first.text).toContain(line)
      expect(/^ *Data +(.*)/m.exec(first.text)?.[1]).toMatch(where)
      expect(first.text).not.toMatch(/postgres-of-the-tests|postgres:\/\//)

      const page = await fetch(addressIn(first.text, 'Page'))
      expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<title>')])

      const made = spawnSync('sh', ['-c', /curl .*Work laptop.*/.exec(first.text)?.[0] ?? ''], {
        encoding: 'utf8',
      })
      const { secret, key } = JSON.parse(made.stdout) as { secret: string; key: { keyId: string } }
      for (const transport of transports) {
        const agent = await connectAgent(transport, mcp, secret)
        expect(await agent.callTool('whoami')).toContain(key.keyId)
        await agent.close()
      }
      expect(await first.stop()).toBe(0)
      await expect(fetch(`${api}/health`)).rejects.toThrow('fetch failed')

      const second = await start(store)
      const again = apiOf({ url: addressIn(second.text, 'API').replace(/\/v1$/, '') })
      expect(JSON.stringify(await again.call('GET', '/workspaces/demo-a/keys'))).toContain(key.keyId)
      expect((await again.activity('demo-a', key.keyId)).map(({ kind }) => kind)).toContain('used')
      expect(await second.stop()).toBe(0)
    },
    60_000,
  )

  test.each([
    ['DETRICS_STORE', 'mysql://somewhere', 'sqlite:<file>'],
    ['DETRICS_STORE', 'memory:', 'cannot be shared'],
    ['DETRICS_API_PORT', '70000', 'from 0 to 65535'],
    ['DETRICS_IDENTITY', 'none', 'development'],
    ['DETRICS_STOER', 'sqlite:x', 'no such setting'],
  ])('refuses %s=%s and says why', (name, value, reason) => {
    const { status, stderr } = spawnSync(process.execPath, [startProgram], {
      env: { ...environment, [name]: value },
      encoding: 'utf8',
    })
    expect(stderr).toContain(name)
    expect(stderr).toContain(reason)
    expect(status).toBe(78)
  })
})
