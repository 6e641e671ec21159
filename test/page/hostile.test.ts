import { openKeys, type Keys } from '@detrics/keys'
import { createApi, developmentIdentity, standardLimits } from '@detrics/keys-api'
import { problem } from '@detrics/keys-client/contract'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Browser, Page, Request } from 'playwright-core'
import { launchBrowser } from '../support/browser.js'
import { dialog } from './acting.js'
import { hostileStrings } from './hostile-strings.js'
import { pagePath, watched, type Person } from './world.js'

/*
 * A text from a person or an agent stays a text: on the way in, where it may be refused with a sentence, and wherever
 * it is shown. The API runs in this process, with more new keys a minute than a person would make.
 */
let keys: Keys
let api: ReturnType<typeof createApi>
let url: string
let browser: Browser
let person: Person
/** What was asked for that only a text that runs would ask for. */
const asked: string[] = []

beforeAll(async () => {
  const opened = await openKeys({ store: 'memory:' })()
  if (opened._tag === 'Left') throw new Error(opened.left.reason)
  keys = opened.right
  const mintings = { ...standardLimits.mintings, countMax: 10_000 }
  api = createApi({
    keys,
    identity: developmentIdentity,
    log: process.stderr,
    page: { folder: `${process.cwd()}/apps/web/dist` },
    limits: { ...standardLimits, mintings },
  })
  url = await api.listen({ host: '127.0.0.1', port: 0 })
  browser = await launchBrowser()
  person = await watched(browser)
  person.page.on('request', (request) => {
    const { hostname, pathname } = new URL(request.url())
    if (hostname === 'ran.invalid' || pathname.endsWith('/ran')) asked.push(request.url())
  })
}, 60_000)
afterAll(async () => {
  await browser?.close()
  await api?.close()
  await keys?.close()
})

const expectNothingRan = async (): Promise<void> => {
  expect(await person.page.title()).not.toBe('ran')
  expect(asked).toEqual([])
  expect(person.complaints()).toEqual([])
}

const open = async (more: Readonly<Record<string, string>> = {}): Promise<Page> => {
  const { page } = person
  await page.goto(`${url}${pagePath}?${new URLSearchParams({ workspace: 'demo-a', ...more }).toString()}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

/** A call of the API from the page; resolves with the status. */
const call = (method: string, path: string, body: unknown): Promise<number> =>
  person.page.evaluate(
    async ([to, how, json]) => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch(to, { method: how, headers, body: json })).status
    },
    [`/v1/workspaces/demo-a${path}`, method, JSON.stringify(body)] as const,
  )

const someKeyId = async (name: string): Promise<string> => {
  const actor = { type: 'system', reason: 'test' } as const
  const made = await keys.create({ workspaceId: 'demo-a', actor, name })()
  if (made._tag === 'Left') throw new Error(made.left._tag)
  return made.right.key.keyId
}

/** Waits in turns of the page, not by a clock, until something is so. */
const until = async (page: Page, holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 500 && !holds(); turn += 1)
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  expect(holds()).toBe(true)
}

test('control: what the policy refuses is noticed, and so is what would become markup', async () => {
  const { page, complaints, context } = await watched(browser)
  await page.goto(`${url}${pagePath}`)
  await page.evaluate(() => {
    const image = document.createElement('img')
    image.src = 'https://ran.invalid/'
    document.body.append(image)
  })
  await until(page, () => complaints().some((text) => text.startsWith('CSP img-src')))
  const refused = await page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML('beforeend', '<b>x</b>')
      return 'taken'
    } catch {
      return 'refused'
    }
  })
  expect(refused).toBe('refused')
  await until(page, () => complaints().some((text) => text.startsWith('CSP require-trusted-types-for')))
  await context.close()
})

describe(`${hostileStrings.length} hostile texts do nothing`, () => {
  test('typed as the name of a new key', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'New Key' }).click()
    let [taken, refused] = [0, 0]
    for (const text of hostileStrings) {
      const field = dialog(page).getByLabel('Name')
      await field.fill(text)
      await field.press('Enter')
      const done = page.getByRole('button', { name: 'Copy key' })
      await done.or(dialog(page).locator('[aria-invalid=true]')).first().waitFor()
      if (await done.isVisible()) {
        taken += 1
        await page.getByRole('button', { name: 'Done' }).click()
        await page.getByRole('button', { name: 'Close without copying' }).click()
        await page.getByRole('button', { name: 'New Key' }).click()
      } else refused += 1
    }
    process.stdout.write(`names: ${taken} taken, ${refused} refused with a sentence\n`)
    expect(taken).toBeGreaterThan(100)
    expect(refused).toBeGreaterThan(10)
    // All that were taken stand in the list now, with their menus and the boxes to select them.
    await open()
    await page.getByRole('row').nth(1).waitFor()
    while (await page.getByRole('button', { name: 'Load more' }).isVisible()) {
      await page.getByRole('button', { name: 'Load more' }).click()
      await page.getByRole('button', { name: /Loading/ }).waitFor({ state: 'detached' })
    }
    expect(await page.getByRole('row').count()).toBeGreaterThan(taken)
    await expectNothingRan()
  }, 300_000)

  test('as a new name, shown in its dialogs, the activity and the compromise path', async () => {
    const page = await open()
    const keyId = await someKeyId('To be renamed')
    let taken = 0
    for (const [i, name] of hostileStrings.entries()) {
      const status = await call('PATCH', `/keys/${keyId}`, { name: `${i % 10}${name}` })
      expect([200, 400]).toContain(status)
      if (status === 400) continue
      taken += 1
      if (taken % 10 !== 0) continue
      await open({ search: keyId })
      for (const entry of ['Rename', 'Replace', 'Revoke']) {
        await page.locator(`#actions-${keyId}`).click()
        await page.getByRole('menuitem', { name: entry }).click()
        await dialog(page).waitFor()
        await page.keyboard.press('Escape')
        await dialog(page).waitFor({ state: 'detached' })
      }
      await open({ view: 'compromised', key: keyId })
    }
    process.stdout.write(`new names: ${taken} taken\n`)
    expect(taken).toBeGreaterThan(100)
    await open({ view: 'activity', key: keyId })
    await page.getByRole('row').nth(1).waitFor()
    await expectNothingRan()
  }, 300_000)

  test('as the note of a revocation, shown in the activity', async () => {
    const page = await open()
    const keyId = await someKeyId('With notes')
    let taken = 0
    for (const [i, note] of hostileStrings.entries()) {
      // Each end is earlier than the one before, so each is a change of its own.
      const effective = new Date(Date.UTC(2999, 0, 400 - i)).toISOString()
      const status = await call('POST', `/keys/${keyId}/revoke`, { note, effective })
      expect([200, 400]).toContain(status)
      if (status === 200) taken += 1
    }
    process.stdout.write(`notes: ${taken} taken\n`)
    expect(taken).toBeGreaterThan(200)
    await open({ view: 'activity', kind: 'revoked' })
    await page.getByRole('row').nth(1).waitFor()
    for (
      let more = 0;
      more < 10 && (await page.getByRole('button', { name: 'Load more' }).isVisible());
      more += 1
    ) {
      await page.getByRole('button', { name: 'Load more' }).click()
      await page.getByRole('button', { name: /Loading/ }).waitFor({ state: 'detached' })
    }
    await expectNothingRan()
  }, 300_000)

  test('as tool, client and address of an agent, shown in the activity', async () => {
    const actor = { type: 'system', reason: 'test' } as const
    const made = await keys.create({ workspaceId: 'demo-b', actor, name: 'Of an agent' })()
    if (made._tag === 'Left' || made.right.secret._tag === 'None') throw new Error('no key')
    const secret = made.right.secret.value
    for (const text of hostileStrings)
      expect((await keys.verify(secret, { action: text, client: text, address: text })())._tag).toBe('Active')
    const page = await open({ workspace: 'demo-b', view: 'activity' })
    await page.getByRole('row').nth(1).waitFor()
    for (
      let more = 0;
      more < 10 && (await page.getByRole('button', { name: 'Load more' }).isVisible());
      more += 1
    ) {
      await page.getByRole('button', { name: 'Load more' }).click()
      await page.getByRole('button', { name: /Loading/ }).waitFor({ state: 'detached' })
    }
    await open({ workspace: 'demo-b', view: 'compromised', key: made.right.key.keyId, step: '4' })
    await expectNothingRan()
  }, 300_000)

  test.each([
    ['Rename', 'New name', 'Rename'],
    ['Replace', 'Name of the new key', 'Replace key'],
    ['Revoke', 'Note', 'Revoke key'],
  ])(
    'typed into the dialog “%s”, field “%s”',
    async (entry, label, button) => {
      const page = await open({ search: await someKeyId(`For the dialog ${entry}`) })
      await page.getByRole('button', { name: /^Actions for/ }).click()
      await page.getByRole('menuitem', { name: entry }).click()
      const field = dialog(page).getByLabel(label)
      await field.waitFor()
      // What the API makes of these texts is told above. Here it is away, so that one dialog takes them all.
      const away = problem('store_unavailable')
      let sent = 0
      const isChange = (request: Request): boolean => request.method() !== 'GET'
      await page.route('**/keys/**', (route) => {
        if (!isChange(route.request())) return route.continue()
        sent += 1
        return route.fulfill({
          status: 503,
          contentType: 'application/problem+json',
          headers: { 'retry-after': '1' },
          body: JSON.stringify(away),
        })
      })
      for (const text of hostileStrings) {
        await field.fill(text)
        await dialog(page)
          .getByRole('button', { name: new RegExp(`^(${button}|Try again)$`) })
          .click()
        await dialog(page)
          .getByText(away.title)
          .or(dialog(page).locator('[aria-invalid=true]'))
          .first()
          .waitFor()
      }
      await page.unroute('**/keys/**')
      process.stdout.write(`${entry}: ${sent} sent, ${hostileStrings.length - sent} refused before\n`)
      expect(sent).toBeGreaterThan(100)
      await expectNothingRan()
    },
    300_000,
  )

  test('as a search, typed and in the address', async () => {
    const page = await open()
    for (const text of hostileStrings) await page.getByLabel('Search keys').fill(text)
    for (const text of hostileStrings) await open({ search: text })
    await expectNothingRan()
  }, 300_000)

  test('as any other part of the address', async () => {
    for (const name of ['view', 'workspace', 'key', 'kind', 'outcome', 'since', 'until', 'step', 'status'])
      for (const text of hostileStrings.filter((_text, i) => i % 30 === 0))
        await open({ view: name === 'step' ? 'compromised' : 'activity', [name]: text })
    await expectNothingRan()
  }, 300_000)
})
