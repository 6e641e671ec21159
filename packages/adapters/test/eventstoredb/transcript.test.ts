import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { EventStoreDBClient } from '@eventstore/db-client'
import { startDouble } from '../../../../test/support/eventstoredb/double.mjs'
import type { Double } from '../../../../test/support/eventstoredb/double.mjs'
import { differences } from './transcript-differences.js'
import { steps } from './transcript-steps.js'
import { worldOn } from './transcript-world.js'

/** The width of the column of names. */
const nameWidth = 47

/** What EventStoreDB 20.6.1 answered, one line for each step: the name, and the answer as JSON. */
const recorded: ReadonlyMap<string, string> = new Map(
  readFileSync(new URL('transcript-20.6.1.txt', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [name, answer] = [line.slice(0, nameWidth).trimEnd(), line.slice(nameWidth)]
      return [name, answer] as const
    }),
)

/** Runs every step and gives its answers; each run has names of its own, which are told as `P`. */
const replay = async (url: string, saysCaughtUp: boolean): Promise<ReadonlyMap<string, string>> => {
  const client = EventStoreDBClient.connectionString(url)
  const world = worldOn(client, saysCaughtUp)
  const answers = new Map<string, string>()
  for (const [name, run] of steps) {
    const answer = JSON.stringify(await run(world)).replaceAll(world.prefix, 'P')
    answers.set(name, answer)
  }
  await client.dispose()
  return answers
}

const given = process.env['EVENTSTORE_URL']

test('the steps are those of the recording, in its order', () => {
  expect(steps.map(([name]) => name)).toEqual([...recorded.keys()])
  expect(steps).toHaveLength(90)
})

describe('the double as a server of that age', () => {
  let double: Double
  beforeAll(async () => {
    double = await startDouble({ age: 'old' })
  })
  afterAll(() => double.stop())

  test('answers every step of the recording with the very same line', async () => {
    expect([...(await replay(double.url(), false))]).toEqual([...recorded])
  })
})

describe('a server of the present: the double, or the one at EVENTSTORE_URL', () => {
  let double: Double
  beforeAll(async () => {
    double = await startDouble()
  })
  afterAll(() => double.stop())

  test('answers every step as recorded, but for the differences that are named with their reasons', async () => {
    const answers = await replay(given ?? double.url(), true)
    expect([...answers]).toEqual(
      [...recorded].map(([name, answer]) => [name, differences.get(name)?.answer ?? answer]),
    )
    process.stdout.write(`Transcript: ${recorded.size - differences.size} lines as recorded, `)
    process.stdout.write(`${differences.size} named differences.\n`)
  })

  test('a difference is one: no line that is as recorded is on the list', () => {
    for (const [name, { answer, reason }] of differences) {
      expect(recorded.has(name)).toBe(true)
      expect(answer).not.toBe(recorded.get(name))
      expect(reason).not.toBe('')
    }
  })
})
