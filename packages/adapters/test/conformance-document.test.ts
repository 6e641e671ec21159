import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import {
  auditTrailSuite,
  capabilities,
  connectedMutants,
  eventStoreKit,
  guaranteeTable,
  mutantTable,
  mutants,
  overlappingMutants,
  permittedAbsences,
  trailMutants,
} from '@detrics/keys-adapters/conformance'
import { absences } from './absences.js'
import { readMatrix, writesDown } from './kill-matrix.js'

const document = new URL('../../../docs/conformance.md', import.meta.url)
const example = new URL('conformance-example.test.ts', import.meta.url)

const columns = Object.entries(absences).map(([name, absent]) => ({ name, absent }))
const trailColumns = ['memory', 'SQLite', 'PostgreSQL'].map((name) => ({ name, absent: [] }))
const kit = eventStoreKit()
const allMutants = { ...mutants, ...connectedMutants, ...overlappingMutants }

const blocks: Readonly<Record<string, () => string>> = {
  example: () => `\`\`\`ts\n${readFileSync(example, 'utf8').trimEnd()}\n\`\`\``,
  capabilities: () =>
    Object.entries(capabilities)
      .map(([name, meaning]) => `- \`${name}\`: ${meaning}`)
      .join('\n'),
  guarantees: () => guaranteeTable(kit, columns),
  mutants: () => mutantTable(kit, allMutants, readMatrix('eventStore')),
  'trail guarantees': () => guaranteeTable(auditTrailSuite, trailColumns),
  'trail mutants': () => mutantTable(auditTrailSuite, trailMutants, readMatrix('auditTrail')),
}

/** The document with each block as it is made now; what stands between the blocks is written by hand. */
const renewed = (text: string): string =>
  Object.entries(blocks).reduce((before, [name, make]) => {
    const [begin, end] = [`<!-- ${name}: written by a test -->`, `<!-- end of ${name} -->`]
    const [from, to] = [before.indexOf(begin), before.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`the document has no block "${name}"`)
    return `${before.slice(0, from)}${begin}\n\n${make()}\n\n${before.slice(to)}`
  }, text)

test('the document shows the guarantees, the mutants and an example as they are', () => {
  if (writesDown) writeFileSync(document, renewed(readFileSync(document, 'utf8')))
  const text = readFileSync(document, 'utf8')
  expect(text).toBe(renewed(text))
  process.stdout.write(`Guarantees and adapters:\n${guaranteeTable(kit, columns)}\n`)
})

test('every adapter lacks only what may be absent', () => {
  for (const { absent } of columns)
    expect(absent.filter((capability) => !permittedAbsences.includes(capability))).toEqual([])
  expect([...permittedAbsences].toSorted()).toEqual(Object.keys(capabilities).toSorted())
})
