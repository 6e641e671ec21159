import type { AnyObject, Operation } from './contract/index.js'

export interface ClientRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** The request for an operation with its input in one record. */
export const requestOf = (
  { method, path, params, query, body, takesIdempotencyKey, takesIfMatch }: Operation,
  input: Readonly<Record<string, unknown>>,
): ClientRequest => {
  const inPath = part(params, input)
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => segmentOf(inPath[name] ?? ''))
  const search = new URLSearchParams(part(query, input)).toString()
  const { idempotencyKey, ifRevision } = input
  return {
    method,
    path: search === '' ? filled : `${filled}?${search}`,
    headers: {
      accept: 'application/json, application/problem+json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(takesIdempotencyKey === true && typeof idempotencyKey === 'string'
        ? { 'idempotency-key': idempotencyKey }
        : {}),
      ...(takesIfMatch === true && typeof ifRevision === 'bigint' ? { 'if-match': `"${ifRevision}"` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body.shape.encode(input)) }),
  }
}

/**
 * An id as a step of a path. A URL takes one or two dots for a step back, also when they are escaped, and would lead to
 * another operation: they are escaped twice, which makes them the id of nothing.
 */
const segmentOf = (id: string): string =>
  /^\.{1,2}$/.test(id)
    ? '%252E'.repeat(id.length)
    : encodeURIComponent(id.replace(/\p{Surrogate}/gu, '\ufffd'))

/** The members of one part of a request; its codec takes those that it knows. */
const part = (shape: AnyObject, input: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  shape.encode(input) as Readonly<Record<string, string>>
