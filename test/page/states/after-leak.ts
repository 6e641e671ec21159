import { choose, rowOf } from '../acting.js'
import { button, heading, holding, oneKey, refusing, revocations, text, type State } from './state.js'

const compromise = (step: number, more = ''): Pick<State, 'place'> => ({
  place: `&view=compromised&step=${step}${more}`,
})

export const afterLeak: ReadonlyArray<State> = [
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
    name: 'compromised: finished',
    ...compromise(4, '&successor=CI server&updated=yes&key=Home office'),
    reach: (at) => button(at, 'Finish').click(),
    sees: (at) => [heading(at, 'API Keys'), rowOf(at.page, 'Home office')],
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
