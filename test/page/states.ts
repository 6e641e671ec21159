import { afterLeak } from './states/after-leak.js'
import { dialogs } from './states/dialogs.js'
import { lists } from './states/lists.js'
import { outside } from './states/outside.js'
import { references } from './states/references.js'
import { reviews } from './states/reviews.js'
import { secrets } from './states/secrets.js'
import type { State } from './states/state.js'

/** Everything that the page can show. */
export const states: ReadonlyArray<State> = [
  ...outside,
  ...lists,
  ...secrets,
  ...dialogs,
  ...afterLeak,
  ...reviews,
  ...references,
]
