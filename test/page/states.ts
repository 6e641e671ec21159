import { problem, type ProblemCode } from '@detrics/keys-client/contract'
import type { Locator, Page } from 'playwright-core'
import { choose, dialog, makeKey, revoke, rowOf } from './acting.js'
import { keyIdOf, present } from './stage.js'
import type { StoryName } from './stories.js'

/** Everything that the page can show, one row for each: who looks at what, how it is reached, what must be in sight. */
export interface State {
  readonly name: string
  readonly story?: StoryName
  readonly looksAs?: 'manager' | 'viewer' | 'member of nothing' | 'stranger'
  /** How many workspaces the member has; default two. */
  readonly workspaceCount?: number
  /** The query of the address beside the workspace, or another path. */
  readonly place?: string
  /** Before the page is opened: what is to become of its requests. */
  readonly first?: (at: At) => Promise<void>
  /** What is done on it once it is open. */
  readonly reach?: (at: At) => Promise<void>
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
const refusing =
  (method: string, pattern: RegExp, code: ProblemCode, retryAfter?: number) =>
  ({ page }: Pick<At, 'page'>): Promise<void> =>
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
const holding =
  (method: string, pattern: RegExp) =>
  ({ page }: Pick<At, 'page'>): Promise<void> =>
    page.route(pattern, (route) =>
      route.request().method() === method ? new Promise<void>(() => undefined) : route.fallback(),
    )

const list = /\/keys(\?.*)?$/
const oneKey = /\/keys\/[0-9a-f-]{36}$/
const revocations = /\/keys\/(.*\/)?revoke$/
const activity = /\/activity(\?.*)?$/

const heading = ({ page }: At, name: string | RegExp): Locator => page.getByRole('heading', { name })
const text = ({ page }: At, words: string | RegExp): Locator => page.getByText(words).first()
const button = ({ page }: At, name: string): Locator => page.getByRole('button', { name, exact: true })

/** Asks again at once for what the page asks for again and again. */
const lookAgain = async ({ page }: At): Promise<void> => {
  await page.evaluate(() => dispatchEvent(new Event('online')))
}

const newKey = async ({ page }: At, name?: string): Promise<void> => {
  await page.getByRole('button', { name: 'New Key' }).click()
  const field = dialog(page).getByLabel('Name')
  await field.waitFor()
  if (name === undefined) return
  await field.fill(name)
  await page.getByRole('button', { name: 'Create key' }).click()
}

const open = async ({ page }: At, name: string, entry: string): Promise<void> => {
  await choose(page, name, entry)
  await dialog(page).waitFor()
}

const outside: ReadonlyArray<State> = [
  {
    name: 'who asks is not known yet',
    first: holding('GET', /\/v1\/me$/),
    sees: (at) => [heading(at, 'API Keys')],
  },
  {
    name: 'not signed in',
    looksAs: 'stranger',
    sees: (at) => [heading(at, 'Sign in'), at.page.getByRole('link', { name: 'Sign in' })],
  },
  {
    name: 'the session has ended',
    reach: async (at) => {
      await at.page.getByRole('row').nth(1).waitFor()
      await at.page.context().setExtraHTTPHeaders({})
      await lookAgain(at)
    },
    sees: (at) => [
      heading(at, 'Your session has ended'),
      at.page.getByRole('link', { name: 'Sign in again' }),
    ],
  },
  {
    name: 'a member of no workspace',
    looksAs: 'member of nothing',
    sees: (at) => [heading(at, 'You are in no workspace yet')],
  },
  {
    name: 'a workspace of others, or none',
    place: '?workspace=elsewhere',
    sees: (at) => [
      heading(at, 'There is no such workspace'),
      at.page.getByRole('link', { name: 'Agency Workspace A' }),
    ],
  },
  {
    name: 'the API fails at the first request',
    first: refusing('GET', /\/v1\/me$/, 'identity_unavailable'),
    sees: (at) => [heading(at, 'The identity provider does not answer'), button(at, 'Try again')],
  },
]

const lists: ReadonlyArray<State> = [
  {
    name: 'keys are loading',
    first: holding('GET', list),
    sees: (at) => [heading(at, 'API Keys'), button(at, 'New Key')],
  },
  {
    name: 'no keys yet',
    story: 'empty',
    sees: (at) => [heading(at, 'No keys yet'), button(at, 'Create your first key')],
  },
  {
    name: 'no keys yet, for a viewer',
    story: 'empty',
    looksAs: 'viewer',
    sees: (at) => [heading(at, 'No keys yet'), text(at, 'You are a viewer here')],
  },
  {
    name: 'keys in every state',
    sees: (at) =>
      [
        ['Work laptop', 'Active'],
        ['Design studio', /Ends in 20 hours/],
        ['Freelance project', /Expires in 3 days/],
        ['Home office', 'Revoked'],
        ['Trade fair laptop', 'Expired'],
      ].map(([name, state]) =>
        rowOf(at.page, String(name))
          .getByText(state ?? '')
          .first(),
      ),
    pictures: { light: 'keys', dark: 'keys-dark', phone: 'keys-phone' },
  },
  {
    name: 'keys, for a viewer of one workspace',
    looksAs: 'viewer',
    workspaceCount: 1,
    sees: (at) => [text(at, 'You are a viewer here'), rowOf(at.page, 'Work laptop')],
  },
  {
    name: 'names that are long, and of other scripts',
    story: 'names',
    sees: (at) => [rowOf(at.page, 'W'.repeat(64)), rowOf(at.page, 'مفتاح الخادم الرئيسي (CI) — 2')],
  },
  { name: 'more keys than one page', story: 'many', sees: (at) => [button(at, 'Load more')] },
  {
    name: 'a search that finds nothing',
    reach: async (at) => at.page.getByLabel('Search keys').fill('no such key'),
    sees: (at) => [heading(at, 'No key fits'), at.page.getByRole('link', { name: 'Show all keys' })],
  },
  {
    name: 'a whole key in the search',
    reach: async (at) =>
      at.page.getByLabel('Search keys').fill(`detrics_${'0'.repeat(21)}1_${'a'.repeat(38)}`),
    sees: (at) => [text(at, 'That was a whole key.')],
  },
  {
    name: 'several keys selected',
    reach: async ({ page }) => {
      for (const name of ['Work laptop', 'CI server']) await page.getByLabel(`Select ${name}`).check()
    },
    sees: (at) => [text(at, '2 keys selected'), button(at, 'Revoke selected')],
  },
  ...(
    [
      ['Work laptop', 'Rename'],
      ['Trade fair laptop', 'Revoke'],
      ['Home office', 'Report as compromised'],
    ] as const
  ).map(([name, entry]): State => ({
    name: `the menu of ${name}`,
    reach: ({ page }) => page.getByRole('button', { name: `Actions for ${name}` }).click(),
    sees: (at) => [at.page.getByRole('menuitem', { name: entry })],
  })),
  {
    name: 'how to keep keys safe',
    reach: ({ page }) => page.getByText('Keeping your API keys safe').click(),
    sees: (at) => [text(at, 'Never commit keys to version control')],
  },
  {
    name: 'the store fails before the list is there',
    first: refusing('GET', list, 'store_unavailable', 7),
    sees: (at) => [heading(at, 'The store does not answer'), button(at, 'Try again')],
  },
  {
    name: 'too many requests',
    first: refusing('GET', list, 'rate_limited', 12),
    sees: (at) => [heading(at, 'Too many requests'), text(at, 'Try again in 12 seconds.')],
  },
  {
    name: 'the store fails after the list was there',
    reach: async (at) => {
      await at.page.getByRole('row').nth(1).waitFor()
      await refusing('GET', list, 'store_unavailable')(at)
      await lookAgain(at)
    },
    sees: (at) => [text(at, 'What you see may be out of date'), rowOf(at.page, 'Work laptop')],
  },
  {
    name: 'offline',
    reach: async (at) => {
      await at.page.getByRole('row').nth(1).waitFor()
      await at.page.context().setOffline(true)
    },
    sees: (at) => [text(at, 'You are offline.')],
  },
  {
    name: 'the server cannot be reached',
    reach: async (at) => {
      await at.page.getByRole('row').nth(1).waitFor()
      await at.page.route('**/v1/**', (route) => route.abort())
      await lookAgain(at)
    },
    sees: (at) => [text(at, 'The server cannot be reached.')],
  },
]

/** As the API would answer, but for the secret: pictures hold none, and nothing was made. */
const withoutSecretInPicture = ({ page, workspaceId }: At): Promise<void> =>
  page.route(list, (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    const { name } = route.request().postDataJSON() as { readonly name: string }
    const keyId = keyIdOf(workspaceId, name)
    const mask = 'detrics_0CqMhvRJxT4bYs2LwKdN8e_…'
    const createdAt = new Date(present).toISOString()
    const createdBy = { type: 'member', memberId: 'amal' }
    const key = { keyId, workspaceId, name, mask, status: 'active', createdAt, createdBy, revision: '40' }
    const secret = mask.replace('…', '•'.repeat(38))
    return route.fulfill({
      status: 201,
      contentType: 'application/json',
      body: JSON.stringify({ key, secret }),
    })
  })

const secrets: ReadonlyArray<State> = [
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

const dialogs: ReadonlyArray<State> = [
  { name: 'New key', reach: (at) => newKey(at), sees: (at) => [button(at, 'Create key')] },
  {
    name: 'New key on a date',
    reach: async (at) => {
      await newKey(at)
      await dialog(at.page).getByLabel('Expires').selectOption('date')
    },
    sees: (at) => [dialog(at.page).getByLabel('Last day')],
  },
  {
    name: 'New key without a name',
    reach: (at) => newKey(at, ''),
    sees: (at) => [text(at, 'Give the key a name')],
  },
  {
    name: 'New key of a name that is taken',
    reach: (at) => newKey(at, 'CI server'),
    sees: (at) => [text(at, 'Another active key of the workspace has this name')],
  },
  {
    name: 'New key on its way',
    first: holding('POST', list),
    reach: (at) => newKey(at, 'Second laptop'),
    sees: (at) => [button(at, 'Creating …')],
  },
  {
    name: 'New key, too many of them',
    first: refusing('POST', list, 'rate_limited', 30),
    reach: (at) => newKey(at, 'Second laptop'),
    sees: (at) => [text(at, 'Too many requests'), dialog(at.page).getByRole('button', { name: 'Try again' })],
  },
  {
    name: 'Rename',
    reach: (at) => open(at, 'Work laptop', 'Rename'),
    sees: (at) => [dialog(at.page).getByLabel('New name')],
  },
  ...(
    [
      ['that somebody has renamed meanwhile', 'Somebody changed this key meanwhile', 'Laptop'],
      ['to a name that is taken', 'Another active key of the workspace has this name', 'CI server'],
    ] as const
  ).map(([how, words, name]): State => ({
    name: `Rename ${how}`,
    reach: async (at) => {
      const { page, workspaceId } = at
      await open(at, 'Work laptop', 'Rename')
      if (name === 'Laptop')
        await page.evaluate(
          async ([path]) => {
            const headers = { 'content-type': 'application/json' }
            await fetch(path, { method: 'PATCH', headers, body: '{"name":"Laptop of somebody"}' })
          },
          [`/v1/workspaces/${workspaceId}/keys/${keyIdOf(workspaceId, 'Work laptop')}`] as const,
        )
      await dialog(page).getByLabel('New name').fill(name)
      await dialog(page).getByRole('button', { name: 'Rename' }).click()
    },
    sees: (at) => [text(at, words)],
  })),
  {
    name: 'Replace',
    reach: (at) => open(at, 'CI server', 'Replace'),
    sees: (at) => [button(at, 'Replace key')],
  },
  ...(
    [
      ['In 7 days', 'The old key works until'],
      ['Now', 'The old key is no longer accepted anywhere.'],
    ] as const
  ).map(([end, words]): State => ({
    name: `Replaced, the old key ends: ${end}`,
    reach: async (at) => {
      await open(at, 'CI server', 'Replace')
      await dialog(at.page).getByLabel(end).check()
      await button(at, 'Replace key').click()
    },
    sees: (at) => [text(at, words), button(at, 'Copy key')],
  })),
  {
    name: 'Revoke',
    reach: (at) => open(at, 'Work laptop', 'Revoke'),
    sees: (at) => [button(at, 'Revoke key'), text(at, 'This cannot be undone.')],
  },
  {
    name: 'Revoke, and the store fails',
    first: refusing('POST', revocations, 'outcome_not_known'),
    reach: async (at) => {
      await open(at, 'Work laptop', 'Revoke')
      await button(at, 'Revoke key').click()
    },
    sees: (at) => [
      text(at, 'It is not known whether this was done'),
      dialog(at.page).getByRole('button', { name: 'Try again' }),
    ],
  },
  {
    name: 'Revoke, with a key in the note',
    reach: async (at) => {
      await open(at, 'Work laptop', 'Revoke')
      await dialog(at.page)
        .getByLabel('Note')
        .fill(`detrics_${'0'.repeat(21)}1_${'a'.repeat(38)}`)
    },
    sees: (at) => [text(at, 'This note contains an API key.')],
  },
  {
    name: 'Revoke many',
    story: 'many',
    reach: async ({ page }) => {
      await page.getByLabel('Select all active keys').check()
      await page.getByRole('button', { name: 'Revoke selected' }).click()
    },
    sees: (at) => [button(at, 'Revoke 50 keys'), text(at, 'and 45 more')],
  },
  {
    name: 'after a revocation',
    reach: ({ page }) => revoke(page, 'Work laptop'),
    sees: (at) => [text(at, 'Work laptop is no longer accepted anywhere.')],
  },
  {
    name: 'after the revocation of a key that leaked',
    reach: async (at) => {
      await open(at, 'Work laptop', 'Revoke')
      await dialog(at.page).getByLabel('Leaked').check()
      await button(at, 'Revoke key').click()
    },
    sees: (at) => [at.page.getByRole('link', { name: 'What to do next' })],
  },
]

const compromise = (step: number, more = ''): Pick<State, 'place'> => ({
  place: `&view=compromised&step=${step}${more}`,
})

const afterLeak: ReadonlyArray<State> = [
  {
    name: 'compromised: revoke',
    reach: ({ page }) => choose(page, 'Work laptop', 'Report as compromised'),
    sees: (at) => [heading(at, /Report “Work laptop” as compromised/), button(at, 'Revoke key now')],
  },
  {
    name: 'compromised: revoke, and the store fails',
    first: refusing('POST', revocations, 'store_unavailable', 3),
    reach: async (at) => {
      await choose(at.page, 'Work laptop', 'Report as compromised')
      await button(at, 'Revoke key now').click()
    },
    sees: (at) => [text(at, 'The store does not answer'), button(at, 'Try again')],
  },
  {
    name: 'compromised: make a new key',
    reach: async (at) => {
      await choose(at.page, 'Work laptop', 'Report as compromised')
      await button(at, 'Revoke key now').click()
    },
    sees: (at) => [text(at, 'Work laptop is no longer accepted anywhere.'), button(at, 'Make a new key')],
  },
  {
    name: 'compromised: the new key is made',
    reach: async ({ page }) => {
      await choose(page, 'Home office', 'Report as compromised')
      await page.getByRole('button', { name: 'Make a new key' }).click()
      await page.getByRole('button', { name: 'Create key' }).click()
      await page.getByRole('button', { name: 'Copy key' }).click()
      await page.getByRole('button', { name: 'Done' }).click()
    },
    sees: (at) => [text(at, 'takes its place'), button(at, 'Continue')],
  },
  {
    name: 'compromised: update the agent',
    ...compromise(3, '&successor=CI server&key=Home office'),
    sees: (at) => [button(at, 'My agent is updated')],
  },
  {
    name: 'compromised: review, taken up again',
    ...compromise(4, '&successor=CI server&updated=yes&key=Home office'),
    sees: (at) => [text(at, '19 attempts'), button(at, 'Finish')],
    pictures: { light: 'compromised' },
  },
  {
    name: 'compromised: looked at again from the first step',
    ...compromise(1, '&key=Home office'),
    sees: (at) => [button(at, 'Make a new key')],
  },
  {
    name: 'compromised: everything skipped, never used, for a viewer',
    ...compromise(4, '&key=Old staging server'),
    looksAs: 'viewer',
    sees: (at) => [text(at, 'Never used')],
  },
  {
    name: 'compromised: long names, since a chosen time',
    story: 'names',
    ...compromise(4, `&key=${'W'.repeat(64)}`),
    reach: ({ page }) => page.getByLabel('Since a chosen time').check(),
    sees: (at) => [
      at.page.getByRole('textbox', { name: 'Chosen time' }),
      text(at, '123,456,789 accepted uses'),
    ],
  },
  {
    name: 'compromised: no such key',
    ...compromise(2, '&key=00000000-0000-7000-8000-000000000000'),
    sees: (at) => [heading(at, 'The workspace has no such key')],
  },
  {
    name: 'compromised: loading',
    first: holding('GET', oneKey),
    ...compromise(2, '&key=CI server'),
    sees: (at) => [heading(at, 'Report a key as compromised')],
  },
]

const reviews: ReadonlyArray<State> = [
  {
    name: 'activity, with attempts after a revocation',
    place: '&view=activity',
    sees: (at) => [
      text(at, 'After revocation'),
      at.page.getByText('Wrong secret', { exact: true }),
      text(at, 'Yesterday'),
    ],
    pictures: { light: 'activity' },
  },
  {
    name: 'activity, nothing yet',
    story: 'empty',
    place: '&view=activity',
    sees: (at) => [heading(at, 'No activity yet')],
  },
  {
    name: 'activity, filtered',
    place: '&view=activity&kind=used&outcome=revoked&key=Home office',
    sees: (at) => [at.page.getByRole('link', { name: 'Clear filters' }), text(at, 'After revocation')],
  },
  {
    name: 'activity, filtered to nothing',
    place: '&view=activity&kind=renamed&key=Home office&since=2026-03-01T00:00:00Z',
    sees: (at) => [heading(at, 'Nothing fits'), at.page.getByRole('link', { name: 'Show all activity' })],
  },
  {
    name: 'activity, long names and texts',
    story: 'names',
    place: '&view=activity',
    sees: (at) => [text(at, '123,456,789 times')],
  },
  {
    name: 'activity, more than one page',
    story: 'many',
    place: '&view=activity',
    sees: (at) => [button(at, 'Load more')],
  },
  {
    name: 'activity is loading',
    first: holding('GET', activity),
    place: '&view=activity',
    sees: (at) => [heading(at, 'Activity')],
  },
  {
    name: 'activity, and the store fails',
    first: refusing('GET', activity, 'store_unavailable'),
    place: '&view=activity',
    sees: (at) => [heading(at, 'The store does not answer')],
  },
]

const references: ReadonlyArray<State> = [
  {
    name: 'the reference',
    place: '/docs',
    sees: (at) => [heading(at, 'API reference'), heading(at, 'Introduction')],
  },
  {
    name: 'the reference is loading',
    place: '/docs',
    first: holding('GET', /openapi\.json$/),
    sees: (at) => [heading(at, 'API reference')],
  },
  {
    name: 'the reference cannot be loaded',
    place: '/docs',
    first: refusing('GET', /openapi\.json$/, 'internal_error'),
    sees: (at) => [heading(at, 'The description could not be loaded')],
  },
]

export const states: ReadonlyArray<State> = [
  ...outside,
  ...lists,
  ...secrets,
  ...dialogs,
  ...afterLeak,
  ...reviews,
  ...references,
]
