import { keyScanPattern } from '@detrics/keys'
import { contentOf, validatorOf, type Document, type Placed } from './document.js'
import type { FuzzRequest } from './fuzz-requests.js'
import { trace } from './schema-values.js'
import type { RawReply } from './socket-client.js'

/** What is wrong with a reply; nothing is as it should be. */
export type Check = (request: FuzzRequest, reply: RawReply) => ReadonlyArray<string>

/** What holds for every reply, and what the description says of those of each operation. */
export const checkBy = (document: Document, operations: ReadonlyArray<Placed>): Check => {
  const validate = validatorOf(document)
  const byId = new Map(operations.map((operation) => [operation.operationId, operation]))

  const described: Check = (request, reply) => {
    const operation = byId.get(request.operationId)
    if (operation === undefined || request.isAnywhere) return ofAnywhere(reply)
    const content = contentOf(operation, reply.status)
    if (content === undefined) return [`status ${reply.status} is not described`]
    const [type = ''] = (reply.headers['content-type'] ?? '').split(';')
    if (type !== content.type) return [`the content is ${type}, not ${content.type}`]
    if (!content.type.endsWith('json')) return []
    const accepts = validate(content.pointer)
    if (accepts(jsonIn(reply.text))) return []
    const [error] = accepts.errors ?? []
    return [
      `the body does not fit: ${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)}`,
    ]
  }

  const isProblem = validate('#/components/schemas/Problem')
  const ofAnywhere = ({ status, text }: RawReply): ReadonlyArray<string> =>
    status < 400 || isProblem(jsonIn(text)) ? [] : ['this is no problem']

  return (request, reply) => {
    const general = [
      ...ofEveryReply(reply),
      ...(reply.status >= 400 ? ofProblem(reply) : ofResult(request, reply)),
    ]
    return [...general, ...described(request, reply)]
  }
}

const ofEveryReply = ({ status, headers }: RawReply): ReadonlyArray<string> => [
  ...(headers['cache-control'] === 'no-store' ? [] : ['it may be kept']),
  ...(headers['x-content-type-options'] === 'nosniff' ? [] : ['its type may be guessed']),
  ...(status >= 500 && status !== 503 ? [`status ${status}`] : []),
  ...((status === 503 || status === 429) && !/^\d+$/.test(headers['retry-after'] ?? '')
    ? ['no Retry-After']
    : []),
  ...(status === 401 && headers['www-authenticate'] === undefined ? ['no WWW-Authenticate'] : []),
]

/** A place in a program, a statement of SQL, a path of a file. */
const inside =
  /node_modules|\bat \S+ \(|\.[cm]?[jt]s\b|\/(?:work|home|root|tmp|usr|var)\/|\bSELECT\b|\bINSERT\b|sqlite|TypeError|Error:/i

const ofProblem = ({ status, headers, text }: RawReply): ReadonlyArray<string> => {
  const { date: _, ...telling } = headers
  const all = `${JSON.stringify(telling)}${text}`
  return [
    ...(headers['content-type']?.startsWith('application/problem+json') === true
      ? []
      : ['no problem document']),
    ...(status === statusIn(text) ? [] : ['the status in the problem is another one']),
    ...(all.toLowerCase().includes(trace) ? ['a value of the request is repeated'] : []),
    ...(inside.test(all) ? ['something of the program is shown'] : []),
    ...ofSecrets(text),
  ]
}

const statusIn = (text: string): unknown =>
  (jsonIn(text) as { readonly status?: unknown } | undefined)?.status

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const minting = new Set(['createKey', 'replaceKey'])

const ofResult = (request: FuzzRequest, { status, text }: RawReply): ReadonlyArray<string> =>
  status === 201 && minting.has(request.operationId) ? [] : ofSecrets(text)

const ofSecrets = (text: string): ReadonlyArray<string> =>
  keyScanPattern.test(text) ? ['there is a key in it'] : []
