import { openKeys } from '@detrics/keys'
import { expect, test } from '@jest/globals'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import { at, noStream, revision, type EventStore, type WorkspaceId } from '@detrics/keys-domain'
import * as O from 'fp-ts/lib/Option.js'
import { aborted, inFolder, make, member, right, told, trailOf, use } from './harness.js'

/** A store under which the log can be exchanged, as a restore or a failover does it below running processes. */
const exchangeable = () => {
  let log = memoryEventStore()
  const store: EventStore = {
    append: (...given) => log.append(...given),
    readStream: (query) => log.readStream(query),
    readAll: (...given) => log.readAll(...given),
    subscribe: (after) => log.subscribe(after),
    close: () => log.close(),
  }
  const setBackTo = async (count: number): Promise<void> => {
    const copy = memoryEventStore()
    for (const event of (await right(log.readAll(O.none, count))).events) {
      const expected = event.revision === 0n ? noStream : at(revision(event.revision - 1n))
      await right(copy.append(event.stream, expected, [event]))
    }
    const before = log
    log = copy
    await before.close()
  }
  const size = async (): Promise<number> => (await right(log.readAll(O.none, 10_000))).events.length
  return { store, setBackTo, size }
}

const workspaceId = 'acme' as WorkspaceId

test('after the log was put back to an older state the review shows what is in it, and nothing else', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'keys.sqlite')
    const open = () => right(openKeys({ store: `sqlite:${file}` }))
    const first = await open()
    const { secret } = await make(first)
    await first.verify(secret, use)()
    await first.close()
    copyFileSync(file, `${file}.backup`)

    const second = await open()
    for (let n = 0; n < 5; n += 1) await second.verify(secret, { action: 'lost' })()
    await trailOf(second, { workspaceId: 'acme' })
    await second.close()
    copyFileSync(`${file}.backup`, file)

    const third = await open()
    for (let n = 0; n < 8; n += 1) await third.verify(secret, { action: 'new' })()
    const lines = (await trailOf(third, { workspaceId: 'acme' })).map(told)
    expect(lines).toEqual(['created', 'accepted whoami ×1', ...Array(8).fill('accepted new ×1')])
    await third.close()
  }))

test('a process under which the log is put back forgets what it had read beyond that', async () => {
  const { store, setBackTo, size } = exchangeable()
  const keys = await right(openKeys({ store: { events: store, trail: memoryAuditTrailStore() } }))
  const kept = await make(keys, { name: 'kept' })
  await keys.verify(kept.secret, use)()
  const restorePoint = await size()
  const lost = await make(keys, { name: 'lost' })
  await right(keys.rename({ workspaceId, actor: member, origin: {}, keyId: kept.key.keyId, name: 'renamed' }))
  expect(await keys.verify(lost.secret, use)()).toMatchObject({ _tag: 'Active' })
  const ends = aborted(keys.watch(lost.key.keyId).signal)

  await setBackTo(restorePoint)
  expect(await keys.verify(lost.secret, use)()).toEqual({ _tag: 'Refused', reason: 'unknown' })
  expect(await keys.verify(kept.secret, use)()).toMatchObject({ _tag: 'Active', name: 'kept' })
  await ends
  // A ring that was folded before would refuse these names, and append after a revision that there is not.
  await make(keys, { name: 'lost' })
  await make(keys, { name: 'renamed' })
  const lines = (await trailOf(keys, { workspaceId })).map(told)
  expect(lines).toEqual(['created', 'accepted whoami ×1', 'accepted whoami ×1', 'created', 'created'])
  await keys.close()
})
