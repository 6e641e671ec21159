import { shellWord } from '../agents/shell-word.js'
import { mediaOf, type OpenApi, type Operation } from './openapi.js'

/** What stands for the parts of a path in an example. */
const examples: Readonly<Record<string, string>> = {
  workspaceId: 'demo-a',
  keyId: '019c65c9-09c0-7c31-8a44-3f1d5b7c9e02',
}

const credentials: Readonly<Record<string, string>> = { service: '$DETRICS_SERVICE_CREDENTIAL', anyone: '' }

/** A command that carries an operation out; the credential is taken from a variable. */
export const curlOf = (operation: Operation, { servers = [] }: OpenApi): string => {
  const { method, path } = operation
  const filled = path.replace(/\{(\w+)\}/g, (all, name: string) => examples[name] ?? all)
  const address = shellWord(`${servers[0]?.url ?? ''}${filled}`)
  return [
    method === 'GET' ? `curl ${address}` : `curl -X ${method} ${address}`,
    ...credentialOf(operation),
    ...idempotencyKeyOf(operation),
    ...bodyOf(operation),
  ].join(' \\\n  ')
}

const credentialOf = (operation: Operation): ReadonlyArray<string> => {
  const credential = credentials[operation['x-access'] ?? ''] ?? '$DETRICS_TOKEN'
  return credential === '' ? [] : [`-H "Authorization: Bearer ${credential}"`]
}

const idempotencyKeyOf = ({ parameters = [] }: Operation): ReadonlyArray<string> =>
  parameters.some(({ name }) => name === 'Idempotency-Key') ? ['-H "Idempotency-Key: $(uuidgen)"'] : []

const bodyOf = ({ requestBody }: Operation): ReadonlyArray<string> => {
  const [example] = Object.values(mediaOf(requestBody?.content)?.examples ?? {})
  if (example?.value === undefined) return []
  return [
    `-H ${shellWord('Content-Type: application/json')}`,
    `-d ${shellWord(JSON.stringify(example.value))}`,
  ]
}
