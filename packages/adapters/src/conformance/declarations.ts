import assert from 'node:assert/strict'
import * as O from 'fp-ts/lib/Option.js'
import { capabilities, lacks, permittedAbsences } from './capabilities.js'
import { holds } from './guarantee.js'
import type { EventStoreGuarantee } from './guarantee.js'
import { ok } from './steps.js'

/** That a harness says of its store what the kit can hold it to. */
export const declarationGuarantees: ReadonlyArray<EventStoreGuarantee> = [
  holds('what a store declares absent may be absent, and its harness fits the rest', async (handles) => {
    const { harness, store } = handles
    await ok(store.readAll(O.none, 1))
    const { absent, connection, overlappingAppends } = harness
    for (const capability of absent) {
      assert.ok(capability in capabilities, `${capability} is no capability`)
      assert.ok(permittedAbsences.includes(capability), `${capability} may not be absent`)
    }
    assert.equal(new Set(absent).size, absent.length)
    assert.equal(connection === undefined, lacks(harness, 'connection'))
    assert.equal(overlappingAppends === undefined, lacks(harness, 'overlappingAppends'))
    assert.ok(harness.name.length > 0)
  }),
]
