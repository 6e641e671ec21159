import { describe, expect, test } from '@jest/globals'
import { keyRingStream, noStream, unavailable, type EventId, type WorkspaceId } from '@detrics/keys-domain'
import { openKeys } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import { v7 } from 'uuid'
import { altered, gate, inFolder, make, memoryStores, right, use } from './harness.js'

describe('a front door', () => {
  test('is ready when it is opened, and is not when it is closed', () =>
    inFolder(async (folder) => {
      for (const store of ['memory:', `sqlite:${folder}/keys.sqlite`]) {
        const keys = await right(openKeys({ store }))
        expect(await keys.ready()).toBe(true)
        await keys.close()
        expect(await keys.ready()).toBe(false)
      }
    }))

  test('is ready exactly while a verification would be decided', async () => {
    let answer: 'works' | 'fails' | 'throws' | 'hangs' = 'works'
    const never = gate()
    const gone = () => Promise.resolve(E.left(unavailable('switched off')))
    const stores = altered(memoryStores(), ({ readAll }) => ({
      readAll: (...given) => {
        if (answer === 'throws') throw new Error('a bug')
        if (answer === 'fails') return gone
        return answer === 'works' ? readAll(...given) : () => never.passed.then(readAll(...given))
      },
    }))
    const keys = await right(openKeys({ store: stores }))
    const { secret } = await make(keys)
    answer = 'fails'
    expect([await keys.ready(), await keys.verify(secret, use)()]).toEqual([false, { _tag: 'Unavailable' }])
    answer = 'throws'
    expect(await keys.ready()).toBe(false)
    answer = 'works'
    expect([await keys.ready(), (await keys.verify(secret, use)())._tag]).toEqual([true, 'Active'])
    answer = 'hangs'
    const start = performance.now()
    expect(await keys.ready()).toBe(false)
    expect(performance.now() - start).toBeLessThan(2_000)
    answer = 'works'
    never.open()
    await keys.close()
  })

  test('is not ready once there is an event in the log that this version does not know', async () => {
    const stores = memoryStores()
    const keys = await right(openKeys({ store: stores }))
    const newer = { id: v7() as EventId, type: 'KeyRevoked', schema: 2, data: '{}', metadata: '{}' }
    await right(stores.events.append(keyRingStream('acme' as WorkspaceId), noStream, [newer]))
    expect(await keys.ready()).toBe(false)
    await keys.close()
  })
})
