import { dialog, makeKey } from '../acting.js'
import { keyIdOf, present } from '../stage.js'
import { button, heading, list, newKey, text, type At, type State } from './state.js'

/** The API's answer without the secret part: nobody shall see a key in a picture, and no such key was made. */
const withoutSecretInPicture = ({ page, workspaceId }: At): Promise<unknown> =>
  page.route(list, (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    const { name } = route.request().postDataJSON() as { readonly name: string }
    const keyId = keyIdOf(workspaceId, name)
    const mask = 'detrics_0CqMhvRJxT4bYs2LwKdN8e_…'
    const createdAt = new Date(present).toISOString()
    const createdBy = { type: 'member', memberId: 'manager' }
    const key = { keyId, workspaceId, name, mask, status: 'active', createdAt, createdBy, revision: '40' }
    const secret = mask.replace('…', '•'.repeat(38))
    return route.fulfill({
      status: 201,
      contentType: 'application/json',
      body: JSON.stringify({ key, secret }),
    })
  })

export const secrets: ReadonlyArray<State> = [
  ...['Claude Code', 'Codex', 'Cursor', 'VS Code'].flatMap((agent) =>
    ['Add', 'Remove and re-add'].map((form): State => ({
      name: `a new key, ${agent}, ${form}`,
      reach: async ({ page }) => {
        await makeKey(page, 'Second laptop')
        await dialog(page).getByRole('tab', { name: agent }).click()
        await dialog(page).getByRole('button', { name: form, exact: true }).click()
      },
      sees: (at) => [
        button(at, 'Copy key'),
        at.page.getByRole('tab', { name: agent, selected: true }),
        dialog(at.page).getByRole('button', { name: form, exact: true, pressed: true }),
      ],
    })),
  ),
  {
    name: 'a new key, as in the picture',
    reach: async (at) => {
      await withoutSecretInPicture(at)
      await newKey(at, 'Second laptop')
    },
    sees: (at) => [button(at, 'Copy key')],
    pictures: { light: 'new-key' },
  },
  {
    name: 'a new key that was copied',
    reach: async ({ page }) => {
      await makeKey(page, 'Second laptop')
      await page.getByRole('button', { name: 'Copy key' }).click()
    },
    sees: (at) => [text(at, 'Key copied.')],
  },
  {
    name: 'a new key that could not be copied',
    reach: async ({ page }) => {
      await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))
      })
      await makeKey(page, 'Second laptop')
      await page.getByRole('button', { name: 'Copy key' }).click()
    },
    sees: (at) => [text(at, 'Your browser did not let this page copy it.')],
  },
  {
    name: 'a new key that was taken off the page when it was left',
    reach: async ({ page }) => {
      await makeKey(page, 'Second laptop')
      await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
    },
    sees: (at) => [text(at, 'The new key was taken off this page when you left it.')],
  },
  {
    name: 'have you copied the key?',
    reach: async ({ page }) => {
      await makeKey(page, 'Second laptop')
      await page.getByRole('button', { name: 'Done' }).click()
    },
    sees: (at) => [heading(at, 'Have you copied the key?'), button(at, 'Back to the key')],
  },
  {
    name: 'a repeated creation, without a secret',
    reach: async (at) => {
      const { page } = at
      let isLost = false
      await page.route(list, async (route) => {
        if (route.request().method() !== 'POST' || isLost) return route.fallback()
        isLost = true
        await route.fetch()
        return route.abort()
      })
      await newKey(at, 'Second laptop')
      await dialog(page).getByRole('button', { name: 'Try again' }).click()
    },
    sees: (at) => [heading(at, 'The key cannot be shown'), button(at, 'Revoke it')],
  },
]
