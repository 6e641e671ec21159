import { rowOf } from '../acting.js'
import { button, heading, holding, list, lookAgain, refusing, text, type State } from './state.js'

export const lists: ReadonlyArray<State> = [
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
    name: 'a search on its way',
    first: holding('GET', /[?&]search=/),
    reach: async (at) => at.page.getByLabel('Search keys').fill('server'),
    sees: (at) => [at.page.locator('[aria-busy=true]')],
  },
  {
    name: 'more keys on their way',
    story: 'many',
    first: holding('GET', /[?&]cursor=/),
    reach: (at) => button(at, 'Load more').click(),
    sees: (at) => [button(at, 'Loading …')],
  },
  {
    name: 'a whole key in the search',
    reach: async (at) =>
      at.page.getByLabel('Search keys').fill(`detrics_${'0'.repeat(21)}1_${'a'.repeat(38)}`),
    sees: (at) => [text(at, 'That was a whole key.'), heading(at, 'No key fits')],
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
