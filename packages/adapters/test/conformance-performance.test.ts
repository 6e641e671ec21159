import { expect, test } from '@jest/globals'
import { figuresTable, measureEventStore } from '@detrics/keys-adapters/conformance'
import type { EventStoreFigures } from '@detrics/keys-adapters/conformance'
import { inFolder, memoryHarness, sqliteHarness } from './harness.js'

const expectFigures = async (measured: Promise<EventStoreFigures>): Promise<EventStoreFigures> => {
  const figures = await measured
  const { name, ...numbers } = figures
  expect(Object.values(numbers).filter((number) => !(Number.isFinite(number) && number > 0))).toEqual([])
  expect(name).not.toBe('')
  return figures
}

test('a store is measured, and the figures are printed in one table', async () => {
  let printed = ''
  const options = { scale: 0.1, print: (table: string) => void (printed += table) }
  const memory = await expectFigures(measureEventStore(memoryHarness, options))
  const sqlite = await expectFigures(inFolder((folder) => measureEventStore(sqliteHarness(folder), options)))
  expect(printed).toBe(figuresTable([memory]) + figuresTable([sqlite]))
  expect(memory.deliveryMsP50).toBeLessThanOrEqual(memory.deliveryMsP99)
  process.stdout.write(figuresTable([memory, sqlite]))
})
