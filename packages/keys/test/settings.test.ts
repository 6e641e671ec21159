import { describe, expect, test } from '@jest/globals'
import { readSettings, settingsTable } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import { resolve } from 'node:path'

const settings = (environment: Record<string, string>) => {
  const result = readSettings(environment)
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const problems = (environment: Record<string, string>) => {
  const result = readSettings(environment)
  return E.isLeft(result) ? result.left : []
}

describe('the settings', () => {
  test('need nothing: all of them have a standard', () => {
    expect(settings({})).toEqual({
      store: `sqlite:${resolve('.detrics')}/keys.sqlite`,
      dataFolder: resolve('.detrics'),
      apiPort: 4700,
      mcpPort: 4701,
      identity: { type: 'development' },
      publicUrl: 'http://127.0.0.1:4700',
      publicMcpUrl: 'http://127.0.0.1:4701/mcp',
      trustedProxies: [],
      activeKeysMax: 1_000,
    })
  })

  test('are read from the environment', () => {
    expect(
      settings({
        DETRICS_DATA: '/var/lib/keys',
        DETRICS_STORE: 'memory:',
        DETRICS_API_PORT: '0',
        DETRICS_MCP_PORT: '65535',
        DETRICS_IDENTITY: 'oidc',
        DETRICS_OIDC_ISSUER: 'https://id.example.com/realms/a/',
        DETRICS_OIDC_AUDIENCE: 'https://keys.example.com/v1',
        DETRICS_OIDC_CLIENT_ID: 'keys-page',
        DETRICS_OIDC_CLIENT_SECRET_FILE: '/run/secrets/client',
        DETRICS_OIDC_MEMBER_CLAIM: 'https://example.com/member',
        DETRICS_OIDC_WORKSPACES_CLAIM: 'teams',
        DETRICS_SERVICES_FILE: '/etc/keys/services.json',
        DETRICS_PUBLIC_URL: 'https://keys.example.com/',
        DETRICS_PUBLIC_MCP_URL: 'https://mcp.example.com/mcp',
        DETRICS_TRUSTED_PROXY: '10.0.0.0/8, 192.0.2.7,2001:db8::/32',
        DETRICS_ACTIVE_KEYS_MAX: '7',
        PATH: '/bin',
      }),
    ).toEqual({
      store: 'memory:',
      dataFolder: '/var/lib/keys',
      apiPort: 0,
      mcpPort: 65_535,
      identity: {
        type: 'oidc',
        issuer: 'https://id.example.com/realms/a/',
        audience: 'https://keys.example.com/v1',
        clientId: 'keys-page',
        clientSecretFile: '/run/secrets/client',
        memberClaim: 'https://example.com/member',
        workspacesClaim: 'teams',
      },
      servicesFile: '/etc/keys/services.json',
      publicUrl: 'https://keys.example.com',
      publicMcpUrl: 'https://mcp.example.com/mcp',
      trustedProxies: ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32'],
      activeKeysMax: 7,
    })
  })

  test('put the log into the data folder unless a file is named', () => {
    expect(settings({ DETRICS_DATA: '/d' }).store).toBe('sqlite:/d/keys.sqlite')
    expect(settings({ DETRICS_DATA: '/d', DETRICS_STORE: 'sqlite:/e/f.db' }).store).toBe('sqlite:/e/f.db')
  })

  const oidc = {
    DETRICS_IDENTITY: 'oidc',
    DETRICS_OIDC_ISSUER: 'http://127.0.0.1:9000',
    DETRICS_OIDC_AUDIENCE: 'keys',
    DETRICS_OIDC_CLIENT_ID: 'page',
  }

  test('of the OpenID provider have standards too, and empty is the same as not there', () => {
    const identity = {
      type: 'oidc',
      issuer: 'http://127.0.0.1:9000',
      audience: 'keys',
      clientId: 'page',
      memberClaim: 'sub',
      workspacesClaim: 'workspaces',
    }
    expect(settings(oidc).identity).toEqual(identity)
    const empty = {
      DETRICS_OIDC_CLIENT_SECRET_FILE: '',
      DETRICS_OIDC_MEMBER_CLAIM: '',
      DETRICS_OIDC_WORKSPACES_CLAIM: '',
      DETRICS_SERVICES_FILE: '',
      DETRICS_PUBLIC_URL: '',
      DETRICS_PUBLIC_MCP_URL: '',
      DETRICS_TRUSTED_PROXY: '',
    }
    expect(settings({ ...oidc, ...empty })).toEqual(settings(oidc))
    expect(settings({ DETRICS_OIDC_ISSUER: '', ...empty })).toEqual(settings({}))
  })

  test('name no public address where the system chooses the port', () => {
    const { publicUrl, publicMcpUrl } = settings({ DETRICS_API_PORT: '0', DETRICS_MCP_PORT: '0' })
    expect([publicUrl, publicMcpUrl]).toEqual([undefined, undefined])
  })

  test.each([
    ['an OpenID provider without its issuer', { ...oidc, DETRICS_OIDC_ISSUER: '' }, 'DETRICS_OIDC_ISSUER'],
    ['… without an audience', { ...oidc, DETRICS_OIDC_AUDIENCE: '' }, 'DETRICS_OIDC_AUDIENCE'],
    ['… without a client', { ...oidc, DETRICS_OIDC_CLIENT_ID: '' }, 'DETRICS_OIDC_CLIENT_ID'],
    ['… and no address to send members back to', { ...oidc, DETRICS_API_PORT: '0' }, 'DETRICS_PUBLIC_URL'],
    ['a provider that is not used', { DETRICS_OIDC_ISSUER: 'https://id.example.com' }, 'DETRICS_OIDC_ISSUER'],
    ['a claim that is not used', { DETRICS_OIDC_MEMBER_CLAIM: 'sub' }, 'DETRICS_OIDC_MEMBER_CLAIM'],
    [
      'the development identity in public',
      { DETRICS_PUBLIC_URL: 'https://keys.example.com' },
      'DETRICS_PUBLIC_URL',
    ],
  ])('that do not fit together are refused: %s', (_, environment, name) => {
    expect(problems(environment)).toEqual([{ name, problem: expect.stringMatching(/^[A-Z`].*\.$/) }])
  })

  test.each(['http://localhost:4700', 'http://[::1]:4700', 'https://127.0.0.1', 'http://127.8.8.8:1'])(
    'serve the development identity at %s',
    (url) => {
      expect(settings({ DETRICS_PUBLIC_URL: url }).publicUrl).toBe(url)
    },
  )

  test.each([
    ['DETRICS_STORE', 'mongodb://x'],
    ['DETRICS_STORE', 'sqlite:'],
    ['DETRICS_STORE', 'memory:x'],
    ['DETRICS_DATA', ''],
    ['DETRICS_API_PORT', '65536'],
    ['DETRICS_API_PORT', '-1'],
    ['DETRICS_API_PORT', '80 '],
    ['DETRICS_MCP_PORT', ''],
    ['DETRICS_MCP_PORT', '0x50'],
    ['DETRICS_MCP_PORT', '1e3'],
    ['DETRICS_IDENTITY', 'none'],
    ['DETRICS_IDENTITY', ''],
    ['DETRICS_IDENTITY', 'OIDC'],
    ['DETRICS_OIDC_ISSUER', 'http://id.example.com'],
    ['DETRICS_OIDC_ISSUER', 'http://localhost.example.com'],
    ['DETRICS_OIDC_ISSUER', 'http://127.0.0.1.example.com'],
    ['DETRICS_OIDC_ISSUER', 'https://user:hunter2@id.example.com'],
    ['DETRICS_OIDC_ISSUER', 'https://id.example.com?a=b'],
    ['DETRICS_OIDC_ISSUER', 'https://id.example.com#a'],
    ['DETRICS_OIDC_ISSUER', 'https://'],
    ['DETRICS_OIDC_ISSUER', 'file:///etc/passwd'],
    ['DETRICS_OIDC_ISSUER', ' https://id.example.com'],
    ['DETRICS_OIDC_AUDIENCE', 'two words'],
    ['DETRICS_OIDC_CLIENT_ID', 'x'.repeat(257)],
    ['DETRICS_OIDC_MEMBER_CLAIM', 'a\nb'],
    ['DETRICS_OIDC_WORKSPACES_CLAIM', 'a b'],
    ['DETRICS_PUBLIC_URL', 'http://keys.example.com'],
    ['DETRICS_PUBLIC_URL', 'https://keys.example.com/keys'],
    ['DETRICS_PUBLIC_URL', 'keys.example.com'],
    ['DETRICS_PUBLIC_MCP_URL', 'http://mcp.example.com/mcp'],
    ['DETRICS_TRUSTED_PROXY', 'proxy.example.com'],
    ['DETRICS_TRUSTED_PROXY', 'loopback'],
    ['DETRICS_TRUSTED_PROXY', '10.0.0.0/33'],
    ['DETRICS_TRUSTED_PROXY', '0.0.0.0/0'],
    ['DETRICS_TRUSTED_PROXY', '10.0.0.1,'],
    ['DETRICS_TRUSTED_PROXY', '2001:db8::/129'],
    ['DETRICS_TRUSTED_PROXY', 'fe80::1%eth0'],
    ['DETRICS_TRUSTED_PROXY', '10.0.0.0/8/8'],
    ['DETRICS_ACTIVE_KEYS_MAX', '0'],
    ['DETRICS_ACTIVE_KEYS_MAX', '100001'],
  ])('%s=%s is refused by name, with what would be right', (name, value) => {
    expect(problems({ [name]: value })).toEqual([{ name, problem: expect.stringMatching(/^[A-Z].*\.$/) }])
  })

  test('that do not exist are refused, and the ones that do are named', () => {
    const [problem] = problems({ DETRICS_API_PROT: '80' })
    expect(problem?.name).toBe('DETRICS_API_PROT')
    for (const name of Object.keys(settingsTable)) expect(problem?.problem).toContain(name)
  })

  test.each(['DETRICS_toString', 'DETRICS_', 'DETRICS_STORE '])('%p is no setting', (name) => {
    expect(problems({ [name]: 'x' })).toHaveLength(1)
  })

  test('that are wrong are all told at once, and never with their value', () => {
    const secret = 'mysql://root:hunter2@db'
    const wrong = { DETRICS_STORE: secret, DETRICS_API_PORT: secret, DETRICS_PUBLIC_URL: secret }
    const all = problems({ ...wrong, DETRICS_TYPO: secret })
    expect(all.map(({ name }) => name).sort()).toEqual([
      'DETRICS_API_PORT',
      'DETRICS_PUBLIC_URL',
      'DETRICS_STORE',
      'DETRICS_TYPO',
    ])
    const unfitting = problems({
      DETRICS_OIDC_CLIENT_SECRET_FILE: '/hunter2',
      DETRICS_OIDC_CLIENT_ID: 'hunter2',
      DETRICS_PUBLIC_URL: 'https://hunter2.example.com',
    })
    expect(unfitting).toHaveLength(3)
    expect(JSON.stringify([all, unfitting])).not.toContain('hunter2')
  })

  test('of the programs that agents run are no mistake', () => {
    expect(
      problems({ DETRICS_API_KEY: 'x', DETRICS_API_KEY_FILE: '/run/key', DETRICS_MCP_URL: 'http://x' }),
    ).toEqual([])
  })
})
