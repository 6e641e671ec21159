import * as t from 'io-ts'

/** Where a request came from. Both parts are evidence, not proof: redacted, cut, and never trusted. */
export const Origin = t.readonly(t.exact(t.partial({ address: t.string, userAgent: t.string })), 'Origin')
export type Origin = t.TypeOf<typeof Origin>
