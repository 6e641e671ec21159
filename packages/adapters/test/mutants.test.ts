import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from '@jest/globals'
import { eventStoreSuite } from '@detrics/keys-adapters/conformance'
import { mutants } from './mutants.js'

/** Which guarantees fail for which mutant; every other guarantee must hold for it. */
const killMatrix: Readonly<Record<string, ReadonlyArray<string>>> = JSON.parse(
  readFileSync(new URL('kill-matrix.json', import.meta.url), 'utf8'),
)
const seen: Record<string, ReadonlyArray<string>> = {}

const failuresOf = async (name: string): Promise<ReadonlyArray<string>> => {
  const failures: Array<string> = []
  for (const { guarantee, run } of eventStoreSuite)
    await run(mutants[name]!()).catch(() => failures.push(guarantee))
  return failures
}

describe('a store that breaks a promise fails the guarantees of this promise and no others', () => {
  test.each(Object.keys(mutants))('%s', async (name) => {
    const failures = await failuresOf(name)
    seen[name] = failures
    expect(failures).not.toEqual([])
    expect(failures).toEqual(killMatrix[name])
  })
})

test('every guarantee is broken by a store that is sound in other respects', () => {
  const broken = Object.entries(killMatrix).flatMap(([name, failures]) =>
    name === 'isNeverAvailable' ? [] : failures,
  )
  const titles = eventStoreSuite.map(({ guarantee }) => guarantee)
  expect(titles.filter((title) => !broken.includes(title))).toEqual([])
  expect(new Set(titles).size).toBe(titles.length)
})

test('a store that is never there fails every guarantee', () => {
  expect(killMatrix['isNeverAvailable']).toEqual(eventStoreSuite.map(({ guarantee }) => guarantee))
})

afterAll(() => {
  const lines = Object.entries(seen).map(([name, failures]) => {
    const marks = eventStoreSuite.map(({ guarantee }) => (failures.includes(guarantee) ? 'x' : '.'))
    return `${marks.join('')} ${name}`
  })
  process.stdout.write(`Kill matrix, one column for each guarantee:\n${lines.join('\n')}\n`)
})
