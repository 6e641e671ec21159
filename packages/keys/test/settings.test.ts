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
      identity: 'development',
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
        DETRICS_IDENTITY: 'development',
        DETRICS_ACTIVE_KEYS_MAX: '7',
        PATH: '/bin',
      }),
    ).toEqual({
      store: 'memory:',
      dataFolder: '/var/lib/keys',
      apiPort: 0,
      mcpPort: 65_535,
      identity: 'development',
      activeKeysMax: 7,
    })
  })

  test('put the log into the data folder unless a file is named', () => {
    expect(settings({ DETRICS_DATA: '/d' }).store).toBe('sqlite:/d/keys.sqlite')
    expect(settings({ DETRICS_DATA: '/d', DETRICS_STORE: 'sqlite:/e/f.db' }).store).toBe('sqlite:/e/f.db')
  })

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
    const secret = 'postgres://root:hunter2@db'
    const all = problems({ DETRICS_STORE: secret, DETRICS_API_PORT: secret, DETRICS_TYPO: secret })
    expect(all.map(({ name }) => name).sort()).toEqual(['DETRICS_API_PORT', 'DETRICS_STORE', 'DETRICS_TYPO'])
    expect(JSON.stringify(all)).not.toContain('hunter2')
  })

  test('of the programs that agents run are no mistake', () => {
    expect(
      problems({ DETRICS_API_KEY: 'x', DETRICS_API_KEY_FILE: '/run/key', DETRICS_MCP_URL: 'http://x' }),
    ).toEqual([])
  })
})
