import * as t from 'io-ts'
import { Actor } from '../values/actor.js'
import { InstantFromIso } from '../values/instant.js'
import { Origin } from '../values/origin.js'

const HandledAs = t.readonly(t.strict({ id: t.string, fingerprint: t.string }), 'Request')

/**
 * What stands beside each lifecycle event: who, when, from where, and by which request. `occurredAt` is set before
 * the append. A request with an idempotency key has an id, and a fingerprint of what it asked for.
 */
export const Metadata = t.readonly(
  t.intersection([
    t.strict({ actor: Actor, occurredAt: InstantFromIso, correlationId: t.string, origin: Origin }),
    t.exact(t.partial({ causationId: t.string, request: HandledAs })),
  ]),
  'Metadata',
)
export type Metadata = t.TypeOf<typeof Metadata>

/** A request that may be repeated: its id, and a fingerprint of its content. */
export type RequestMark = t.TypeOf<typeof HandledAs>
