import { openKeys } from '@detrics/keys'
import { expect, test } from '@jest/globals'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { inFolder, make, right, told, trailOf, use } from './harness.js'

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
