import { unavailable } from '@detrics/keys-domain'
import { openKeys } from '@detrics/keys'
import { expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { setImmediate as turn } from 'node:timers/promises'
import { altered, gate, make, member, memoryStores, right, use } from './harness.js'

test('a revocation does not wait for the commands that came before it', async () => {
  const release = gate()
  const stores = altered(memoryStores(), ({ append }) => ({
    append: (stream, expected, events) => async () => {
      if (events[0].type === 'KeyRenamed') await release.passed
      return append(stream, expected, events)()
    },
  }))
  const keys = await right(openKeys({ store: stores }))
  const { keyId, secret } = await make(keys)
  const command = { workspaceId: 'acme', keyId, actor: member }
  const renames = ['a', 'b', 'c'].map((name) => keys.rename({ ...command, name })())
  const { key } = await right(keys.revoke(command))
  expect(key.status).toBe('revoked')
  expect(await keys.verify(secret, use)()).toEqual({ _tag: 'Refused', reason: 'revoked' })
  release.open()
  for (const rename of await Promise.all(renames)) expect(rename).toEqual(E.left({ _tag: 'KeyEnded' }))
  await keys.close()
})

test('a revocation gets through while the commands of its workspace never cease', async () => {
  // As on a disk: what is appended in a turn of the event loop is committed at its end, first come, first served.
  const stores = altered(memoryStores(), ({ append }) => ({
    append: (stream, expected, events) => async () => {
      await turn()
      return append(stream, expected, events)()
    },
  }))
  const keys = await right(openKeys({ store: stores }))
  const [busy, leaked] = [await make(keys), await make(keys, { name: 'Leaked' })]
  const command = { workspaceId: 'acme', actor: member }
  let isOver = false
  let renames = 0
  const renaming = (async () => {
    for (; !isOver; renames += 1)
      await right(keys.rename({ ...command, keyId: busy.keyId, name: `Name ${renames}` }))
  })()
  while (renames < 10) await turn()
  const before = renames
  await right(keys.revoke({ ...command, keyId: leaked.keyId }))
  expect(renames - before).toBeLessThan(10)
  isOver = true
  await renaming
  await keys.close()
}, 30_000)

test('a watched key is noticed to be revoked elsewhere though the read that would have told of it failed', async () => {
  const shared = memoryStores()
  let failures = 0
  const flaky = altered(shared, ({ readAll }) => ({
    close: () => Promise.resolve(),
    readAll: (...given) => {
      if (failures === 0) return readAll(...given)
      failures -= 1
      return () => Promise.resolve(E.left(unavailable('once')))
    },
  }))
  // The subscription of the shared store reads for itself, so what fails here is what follows from its message.
  const there = await right(openKeys({ store: flaky }))
  const here = await right(openKeys({ store: altered(shared, () => ({ close: () => Promise.resolve() })) }))
  const { keyId, secret } = await make(here)
  await there.verify(secret, use)()
  const { signal } = there.watch(keyId)
  failures = 2
  await right(here.revoke({ workspaceId: 'acme', keyId, actor: member }))
  await new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    signal.addEventListener('abort', resolve)
  })
  expect([signal.aborted, failures]).toEqual([true, 0])
  await here.close()
  await there.close()
})
