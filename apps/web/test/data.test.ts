import type { ClientError, KeyId } from '@detrics/keys-client'
import { describe, expect, test } from '@jest/globals'
import { nextRefreshMs } from '../src/data/delays.js'
import { createNames, shortId } from '../src/data/names.js'
import { createOnce } from '../src/data/once.js'
import { keyId, otherKeyId } from './values.js'

describe('idempotency keys', () => {
  test('a repetition of the same request has the same one, and another request another', () => {
    let drawn = 0
    const once = createOnce(() => String((drawn += 1)))
    expect([once('a'), once('a'), once('b'), once('b'), once('a')]).toEqual(['1', '1', '2', '2', '3'])
  })
})

describe('the time until the next refresh', () => {
  const unreachable: ClientError = { _tag: 'Unreachable', cause: 'network' }
  const limited = { _tag: 'ProblemReply', problem: {}, retryAfterSeconds: 90 } as ClientError

  test('grows with each failure, up to a minute', () => {
    const waits = [0, 1, 2, 3, 4, 5, 50].map((failures) => nextRefreshMs(failures, unreachable))
    expect(waits).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
  })

  test('is never shorter than the API asks for', () => {
    expect(nextRefreshMs(1, limited)).toBe(90_000)
  })

  test('is that of the list when all is well, also when that is long', () => {
    expect(nextRefreshMs(0, undefined)).toBe(5_000)
    expect(nextRefreshMs(0, undefined, 90_000)).toBe(90_000)
  })
})

describe('names of keys', () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  test('are asked for once each, and shown when they are there', async () => {
    const asked: KeyId[] = []
    const names = createNames((id) => {
      asked.push(id)
      return Promise.resolve('Work laptop')
    })
    let changes = 0
    names.subscribe(() => {
      changes += 1
    })
    expect(names.nameOf(keyId)).toBe(shortId(keyId))
    expect(names.nameOf(keyId)).toBe('key …5b7c9e02')
    await turn()
    expect(names.nameOf(keyId)).toBe('Work laptop')
    expect([asked, changes]).toEqual([[keyId], 1])
  })

  test('are taken from lists, and say so only when one is new', () => {
    const names = createNames(() => Promise.resolve(undefined))
    names.put([{ keyId, name: 'A' }])
    names.put([{ keyId, name: 'A' }])
    expect(names.version()).toBe(1)
    names.put([
      { keyId, name: 'B' },
      { keyId: otherKeyId, name: 'C' },
    ])
    expect([names.nameOf(keyId), names.nameOf(otherKeyId), names.version()]).toEqual(['B', 'C', 2])
  })

  test('of many keys are asked for four at a time', async () => {
    const waiting: (() => void)[] = []
    const names = createNames(
      (id) =>
        new Promise((resolve) => {
          waiting.push(() => resolve(id))
        }),
    )
    const ids = Array.from({ length: 6 }, (_, i) => `key-${i}` as KeyId)
    for (const id of ids) names.nameOf(id)
    expect(waiting).toHaveLength(4)
    waiting[0]?.()
    await turn()
    expect(waiting).toHaveLength(5)
  })

  test('are kept in a bounded number: the oldest go first', () => {
    const names = createNames(() => Promise.resolve(undefined))
    const keys = Array.from({ length: 2_001 }, (_, i) => ({ keyId: `key-${i}` as KeyId, name: `Name ${i}` }))
    names.put(keys)
    expect(names.nameOf('key-1' as KeyId)).toBe('Name 1')
    expect(names.nameOf('key-0' as KeyId)).toBe('key …key-0')
  })
})
