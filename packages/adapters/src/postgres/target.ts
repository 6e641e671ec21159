import * as E from 'fp-ts/lib/Either.js'
import { cannotOpen } from '../shared/open-error.js'
import type { OpenError } from '../shared/open-error.js'

export interface PostgresSettings {
  /** `postgres://…`, direct or through a pooler that keeps sessions. `?schema=` names the schema of the log. */
  readonly url: string
  /** Instead of the URL's; `detrics_keys` if neither says one. */
  readonly schema?: string
}

/** Where a log is. */
export interface Target {
  /** For the driver, without the parameter that is ours. */
  readonly url: string
  /** The schema's name as it is written into statements. */
  readonly schema: string
}

const schemaDefault = 'detrics_keys'
/** A name of these characters needs no care between quotes, nor in a text. */
const schemaPattern = /^[a-z_][a-z0-9_]{0,62}$/

export const targetFrom = (settings: PostgresSettings): E.Either<OpenError, Target> => {
  if (!URL.canParse(settings.url)) return E.left(cannotOpen('the address of the database is malformed'))
  const url = new URL(settings.url)
  if (!['postgres:', 'postgresql:'].includes(url.protocol))
    return E.left(cannotOpen('the address of the database does not begin with postgres://'))
  const schema = settings.schema ?? url.searchParams.get('schema') ?? schemaDefault
  url.searchParams.delete('schema')
  return schemaPattern.test(schema)
    ? E.right({ url: url.href, schema })
    : E.left(cannotOpen('the name of a schema is 1 to 63 of a-z, 0-9 and _, and does not begin with a digit'))
}
