import { button, heading, holding, lookAgain, refusing, text, type State } from './state.js'

export const outside: ReadonlyArray<State> = [
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
  {
    name: 'signing out that did not work',
    reach: (at) => button(at, 'Sign out').click(),
    sees: (at) => [text(at, 'You are still signed in')],
  },
]
