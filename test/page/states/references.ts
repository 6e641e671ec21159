import { button, heading, holding, refusing, type State } from './state.js'

export const references: ReadonlyArray<State> = [
  {
    name: 'the set-up guide',
    place: '&view=set-up',
    sees: (at) => [heading(at, 'Set up your agent'), button(at, 'New Key')],
  },
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
