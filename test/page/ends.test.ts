import { openKeys, type Instant, type Keys } from '@detrics/keys'
import { createApi, developmentIdentity } from '@detrics/keys-api'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../support/browser.js'
import { choose, dialog, rowOf } from './acting.js'
import { pagePath, watched, type Person } from './world.js'

/* What the page says of the end of a key, and what it proposes for it. */
const day = 24 * 60 * 60 * 1_000
const actor = { type: 'system', reason: 'test' } as const

let keys: Keys
let api: ReturnType<typeof createApi>
let browser: Browser
let person: Person

beforeAll(async () => {
  const opened = await openKeys({ store: 'memory:' })()
  if (opened._tag === 'Left') throw new Error(opened.left.reason)
  keys = opened.right
  const page = { folder: `${process.cwd()}/apps/web/dist` }
  api = createApi({ keys, identity: developmentIdentity, log: process.stderr, page })
  const url = await api.listen({ host: '127.0.0.1', port: 0 })
  browser = await launchBrowser()
  person = await watched(browser)
  await make('Without an end')
  await make('With an expiry', { expiresAt: (Date.now() + 72 * day) as Instant })
  const keyId = await make('Replaced already')
  await keys.revoke({ workspaceId: 'demo-a', keyId, actor, effective: (Date.now() + day) as Instant })()
  await person.page.goto(`${url}${pagePath}?workspace=demo-a`)
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await api?.close()
  await keys?.close()
})

const make = async (name: string, more: { readonly expiresAt?: Instant } = {}): Promise<string> => {
  const made = await keys.create({ workspaceId: 'demo-a', actor, name, ...more })()
  if (made._tag === 'Left') throw new Error(made.left._tag)
  return made.right.key.keyId
}

const endOf = (name: string): Promise<string | null> =>
  rowOf(person.page, name).getByRole('cell').nth(-2).textContent()

test('a key says when it ends, by expiry or by a revocation to come; one without an end says never', async () => {
  await rowOf(person.page, 'Without an end').waitFor()
  expect(await endOf('Without an end')).toMatch(/Never/)
  expect(await endOf('With an expiry')).toMatch(/in 7[12] days/)
  expect(await endOf('Replaced already')).toMatch(/in (1 day|2[34] hours)|tomorrow/)
})

test('a key that expires is not followed by one that does not, unless the person says so', async () => {
  const { page } = person
  await choose(page, 'With an expiry', 'Replace')
  expect(await dialog(page).getByLabel('Last day').inputValue()).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  await page.keyboard.press('Escape')
  await choose(page, 'Without an end', 'Replace')
  expect(await dialog(page).getByLabel('Expires').inputValue()).toBe('none')
  await page.keyboard.press('Escape')
})

test('a second Enter at once takes the first entry of the menu, and does not close it', async () => {
  const { page } = person
  await page.getByRole('button', { name: 'Actions for Without an end' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await dialog(page).getByLabel('New name').waitFor()
  expect(person.complaints()).toEqual([])
})
