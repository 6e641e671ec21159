import { containsKey } from '@detrics/keys-client'
import { describe, expect, test } from '@jest/globals'
import { spawnSync } from 'node:child_process'
import { agents, keyVariable, type SetUpForm } from '../src/agents/agents.js'
import { shellWord } from '../src/agents/shell-word.js'

const setUp = { mcpUrl: 'https://keys.example.com/mcp', keyId: '019c65c9-09c0-7c31-8a44-3f1d5b7c9e02' }
const forms: ReadonlyArray<SetUpForm> = ['add', 're-add']
const stepsOf = (id: string, form: SetUpForm, of = setUp) =>
  agents.find((agent) => agent.id === id)?.steps(of, form) ?? []
const codesOf = (id: string, form: SetUpForm, of = setUp) =>
  stepsOf(id, form, of).flatMap(({ code }) => (code === undefined ? [] : [code]))

/** What a shell makes of a command: the arguments with which it starts the program. */
const argumentsIn = (program: string, command: string): ReadonlyArray<string> => {
  const script = `${program}() { printf '%s\\n' "$@"; }\n${command}`
  const { stdout } = spawnSync('sh', ['-c', script], {
    encoding: 'utf8',
    env: { ...process.env, [keyVariable]: 'the-secret' },
  })
  return stdout.trimEnd().split('\n')
}

describe('the set-up of agents', () => {
  test.each(agents.flatMap(({ id }) => forms.map((form) => [id, form] as const)))(
    '%s (%s) names the server and refers to the key, which is nowhere in it',
    (id, form) => {
      const all = JSON.stringify(stepsOf(id, form))
      expect(all).toContain(setUp.mcpUrl)
      expect(containsKey(all)).toBe(false)
      expect(all).toMatch(/DETRICS_API_KEY|input:detrics-api-key/)
    },
  )

  test.each(['claude-code', 'codex', 'cursor'])(
    '%s gets the key from a variable that no history holds',
    (id) => {
      expect(codesOf(id, 'add')[0]).toBe('read -rs DETRICS_API_KEY && export DETRICS_API_KEY')
    },
  )

  test.each(['claude-code', 'codex'])('%s removes the server before it adds it again', (id) => {
    const [, removes, adds] = codesOf(id, 're-add')
    expect(removes).toMatch(/mcp remove detrics/)
    expect(adds).toBe(codesOf(id, 'add')[1])
  })

  test('the shell hands Claude Code the name of the variable and not what is in it', () => {
    const [, add = ''] = codesOf('claude-code', 'add')
    const words = argumentsIn('claude', add)
    expect(words.slice(0, -2)).toEqual([
      'mcp',
      'add',
      '--scope',
      'project',
      '--transport',
      'http',
      'detrics',
      setUp.mcpUrl,
    ])
    expect(words.slice(-2)).toEqual(['--header', 'Authorization: Bearer ${DETRICS_API_KEY}'])
  })

  test('the shell hands Codex the name of the variable and not what is in it', () => {
    const [, add = ''] = codesOf('codex', 'add')
    const words = argumentsIn('codex', add)
    expect(words.slice(0, -2)).toEqual(['mcp', 'add', 'detrics', '--url', setUp.mcpUrl])
    expect(words.slice(-2)).toEqual(['--bearer-token-env-var', 'DETRICS_API_KEY'])
  })

  test('the file of Cursor refers to the variable', () => {
    const [, file = ''] = codesOf('cursor', 'add')
    expect(JSON.parse(file)).toEqual({
      mcpServers: {
        detrics: { url: setUp.mcpUrl, headers: { Authorization: 'Bearer ${env:DETRICS_API_KEY}' } },
      },
    })
  })

  test('the file of VS Code asks for the key as for a password, anew for each key', () => {
    const [file = ''] = codesOf('vs-code', 'add')
    const { inputs, servers } = JSON.parse(file) as { readonly inputs: unknown[]; readonly servers: unknown }
    expect(inputs).toEqual([
      { type: 'promptString', id: 'detrics-api-key-7c9e02', description: 'Detrics API key', password: true },
    ])
    expect(servers).toEqual({
      detrics: {
        type: 'http',
        url: setUp.mcpUrl,
        headers: { Authorization: 'Bearer ${input:detrics-api-key-7c9e02}' },
      },
    })
  })

  test('an address with characters that a shell would read stays one word', () => {
    const mcpUrl = "http://127.0.0.1:4701/mcp?a=$(id)&b='c'"
    const [, add = ''] = codesOf('codex', 'add', { ...setUp, mcpUrl })
    expect(argumentsIn('codex', add)).toContain(mcpUrl)
    expect(shellWord('https://keys.example.com/mcp')).toBe('https://keys.example.com/mcp')
  })
})
