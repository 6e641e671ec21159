import { activity, button, heading, holding, refusing, text, type State } from './state.js'

export const reviews: ReadonlyArray<State> = [
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
