import { openKeys, type Trouble } from '@detrics/keys'
import { unavailable } from '@detrics/keys-domain'
import { expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { altered, make, memoryStores, right, use } from './harness.js'

test('an operator is told once that the store fails and why, and once that it is there again', async () => {
  let isAway = false
  const away = () => Promise.resolve(E.left(unavailable('disk I/O error')))
  const stores = altered(memoryStores(), ({ readAll, append }) => ({
    readAll: (...given) => (isAway ? away : readAll(...given)),
    append: (...given) => (isAway ? away : append(...given)),
  }))
  const troubles: Array<Trouble> = []
  const keys = await right(openKeys({ store: stores, onTrouble: (trouble) => troubles.push(trouble) }))
  const { secret } = await make(keys)
  await keys.verify(secret, use)()
  expect(troubles).toEqual([])
  isAway = true
  for (let n = 0; n < 3; n += 1) expect(await keys.verify(secret, use)()).toEqual({ _tag: 'Unavailable' })
  isAway = false
  for (let n = 0; n < 3; n += 1) await keys.verify(secret, use)()
  expect(troubles).toEqual([
    { about: 'reading', cause: 'Unavailable: disk I/O error' },
    { about: 'reading', cause: undefined },
  ])
  await keys.close()
})
