import { problem, type ProblemCode } from '@detrics/keys-client/contract'
import type { Locator, Page } from 'playwright-core'
import { choose, dialog } from '../acting.js'
import type { StoryName } from '../stories.js'

/** Something that the page can show: who looks at what, how it is reached, what must be in sight. */
export interface State {
  readonly name: string
  readonly story?: StoryName
  readonly looksAs?: 'manager' | 'viewer' | 'member of nothing' | 'stranger'
  /** How many workspaces the member has; default two. */
  readonly workspaceCount?: number
  /** The query of the address beside the workspace, or another path. */
  readonly place?: string
  /** Before the page is opened: what is to become of its requests. */
  readonly first?: (at: At) => Promise<unknown>
  /** What is done on it once it is open. */
  readonly reach?: (at: At) => Promise<unknown>
  readonly sees: (at: At) => ReadonlyArray<Locator>
  /** Under which name which view of it goes into the README. */
  readonly pictures?: Readonly<Partial<Record<ViewName, string>>>
}

export type ViewName = 'light' | 'dark' | 'phone'

export interface At {
  readonly page: Page
  readonly workspaceId: string
}

/** The API refuses what fits, as it would. */
export const refusing =
  (method: string, pattern: RegExp, code: ProblemCode, retryAfter?: number) =>
  ({ page }: Pick<At, 'page'>): Promise<unknown> =>
    page.route(pattern, (route) => {
      const body = problem(code)
      const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
      return route.request().method() === method
        ? route.fulfill({
            status: body.status,
            contentType: 'application/problem+json',
            headers,
            body: JSON.stringify(body),
          })
        : route.fallback()
    })

/** The reply does not come as long as anybody looks. */
export const holding =
  (method: string, pattern: RegExp) =>
  ({ page }: Pick<At, 'page'>): Promise<unknown> =>
    page.route(pattern, (route) =>
      route.request().method() === method ? new Promise<void>(() => undefined) : route.fallback(),
    )

export const list = /\/keys(\?.*)?$/
export const oneKey = /\/keys\/[0-9a-f-]{36}$/
export const revocations = /\/keys\/(.*\/)?revoke$/
export const activity = /\/activity(\?.*)?$/

export const heading = ({ page }: At, name: string | RegExp): Locator => page.getByRole('heading', { name })
export const text = ({ page }: At, words: string | RegExp): Locator => page.getByText(words).first()
export const button = ({ page }: At, name: string): Locator => page.getByRole('button', { name, exact: true })

/** Asks again at once for what the page asks for again and again. */
export const lookAgain = async ({ page }: At): Promise<void> => {
  await page.evaluate(() => dispatchEvent(new Event('online')))
}

export const newKey = async ({ page }: At, name?: string): Promise<void> => {
  await page.getByRole('button', { name: 'New Key' }).click()
  await dialog(page).getByLabel('Name').waitFor()
  if (name !== undefined) await askForKey({ page }, name)
}

export const askForKey = async ({ page }: Pick<At, 'page'>, name: string): Promise<void> => {
  await dialog(page).getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Create key' }).click()
}

export const open = async ({ page }: At, name: string, entry: string): Promise<void> => {
  await choose(page, name, entry)
  await dialog(page).waitFor()
}
