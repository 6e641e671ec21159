import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { copyAndClose, dialog, makeKey } from './acting.js'
import { openWorld, pagePath, type Person, type World } from './world.js'

let world: World
let person: Person
beforeAll(async () => {
  world = await openWorld()
  person = await world.signedIn('manager', { workspace: 'agency-a' })
}, 60_000)
afterAll(async () => {
  await world?.close()
})

/** Everything that a page holds where somebody could look for a secret later. */
const kept = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const values = Array.from(
      document.querySelectorAll('input, textarea'),
      (field) => (field as HTMLInputElement).value,
    )
    const databases = await indexedDB.databases()
    const caches_ = await caches.keys()
    return JSON.stringify([
      document.documentElement.outerHTML,
      document.title,
      document.cookie,
      values,
      history.state,
      history.length,
      location.href,
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      databases,
      caches_,
      performance.getEntries().map(({ name }) => name),
    ])
  })

/** The part of a key that nobody may know; its id is shown in the list. */
const secretPart = (secret: string): string => secret.slice(-38)

const open = async (page: Page): Promise<void> => {
  await page.goto(`${world.url}${pagePath}?workspace=agency-a`)
  await page.getByRole('button', { name: 'New Key' }).waitFor()
}

let made = 0
const withSecretOpen = async (page: Page): Promise<string> => {
  await open(page)
  const secret = await makeKey(page, `Kept nowhere ${(made += 1)}`)
  expect(secret).toMatch(/^detrics_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}$/)
  return secret
}

test('control: while its dialog is open the secret is found', async () => {
  const secret = await withSecretOpen(person.page)
  expect(await kept(person.page)).toContain(secretPart(secret))
})

describe('a secret is nowhere on the page', () => {
  test('after its dialog was closed, whatever is opened next', async () => {
    const { page } = person
    const secret = await withSecretOpen(page)
    await copyAndClose(page)
    expect(await kept(page)).not.toContain(secretPart(secret))
    await page.getByRole('button', { name: 'New Key' }).click()
    await dialog(page).getByLabel('Name').waitFor()
    expect(await kept(page)).not.toContain(secretPart(secret))
  })

  test('after the page was loaded again, or opened in a second tab', async () => {
    const { page, context } = person
    const secret = await withSecretOpen(page)
    const second = await context.newPage()
    await open(second)
    expect(await kept(second)).not.toContain(secretPart(secret))
    await second.close()
    page.once('dialog', (question) => void question.accept())
    await page.reload()
    await page.getByRole('button', { name: 'New Key' }).waitFor()
    expect(await kept(page)).not.toContain(secretPart(secret))
  })

  test('after going away and back, also where the browser keeps the page as it was', async () => {
    const { page } = person
    const secret = await withSecretOpen(page)
    page.on('dialog', (question) => void question.accept())
    for (const away of [`${world.url}/docs`, 'about:blank']) {
      await page.goto(away)
      await page.goBack()
      await page.getByRole('button', { name: 'New Key' }).waitFor()
      expect(await kept(page)).not.toContain(secretPart(secret))
    }
    await page.goForward()
    await page.goBack()
    expect(await kept(page)).not.toContain(secretPart(secret))
  })

  test('at the moment at which the page is put away', async () => {
    const { page } = person
    const secret = await withSecretOpen(page)
    // What the browser would keep: the document right after the page was told that it is left.
    const html = await page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
      return document.documentElement.outerHTML
    })
    expect(html).not.toContain(secretPart(secret))
  })

  test('in the history of the tab after back and forward within the page', async () => {
    const { page } = person
    const secret = await withSecretOpen(page)
    await copyAndClose(page)
    await page.getByRole('link', { name: 'Activity' }).first().click()
    await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'New Key' }).waitFor()
    expect(await kept(page)).not.toContain(secretPart(secret))
  })
})

test('no address that the browser asked for holds a secret, nor any header', async () => {
  const { page } = person
  const seen: string[] = []
  page.on('request', (request) => seen.push(JSON.stringify([request.url(), request.headers()])))
  const secret = await withSecretOpen(page)
  await copyAndClose(page)
  await page.reload()
  await page.getByRole('button', { name: 'New Key' }).waitFor()
  expect(seen.length).toBeGreaterThan(5)
  expect(seen.join()).not.toContain(secretPart(secret))
})

test('a repetition of the request that made a key is told that the secret is gone', async () => {
  const { page } = person
  await open(page)
  // The first reply is lost on its way; the person tries again, and the same request is sent again.
  let isLost = false
  await page.route('**/keys', async (route) => {
    if (route.request().method() !== 'POST' || isLost) return route.continue()
    isLost = true
    await route.fetch()
    return route.abort()
  })
  await page.getByRole('button', { name: 'New Key' }).click()
  await dialog(page).getByLabel('Name').fill('Lost reply')
  await page.getByRole('button', { name: 'Create key' }).click()
  await dialog(page).getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('heading', { name: 'The key cannot be shown' }).waitFor()
  await page.unroute('**/keys')
  const listed = await page.evaluate(async () =>
    (await fetch('/v1/workspaces/agency-a/keys?search=Lost+reply')).json(),
  )
  expect((listed as { readonly keys: ReadonlyArray<unknown> }).keys).toHaveLength(1)
})
