import * as E from 'fp-ts/lib/Either.js'
import type { StreamPage } from '@detrics/keys-domain'
import { mutant } from './mutate.js'
import type { Mutants } from './mutate.js'

/** Mutants that only a large log gives away, for `volumeSuite`. */
export const volumeMutants: Mutants = {
  countsIn16Bits: mutant('begins again with 0 after the revision 65,535', (store) => ({
    ...store,
    readStream: (query) => async () =>
      E.map((page: StreamPage) => ({
        ...page,
        events: page.events.map((event) => ({
          ...event,
          revision: (event.revision & 0xffffn) as typeof event.revision,
        })),
      }))(await store.readStream(query)()),
  })),
}
