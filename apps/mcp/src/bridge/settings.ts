import * as E from 'fp-ts/lib/Either.js'

/** Where the endpoint is when `DETRICS_MCP_URL` does not say it: where `npm start` puts it. */
export const defaultEndpoint = 'http://127.0.0.1:4701/mcp'

const loopback = ['127.0.0.1', 'localhost', '[::1]']

/** Reads `DETRICS_MCP_URL`; a Left is a sentence that says what is wrong without repeating the value. */
export const endpointOf = (env: NodeJS.ProcessEnv): E.Either<string, URL> => {
  const written = env['DETRICS_MCP_URL'] ?? ''
  if (written === '') return E.right(new URL(defaultEndpoint))
  if (!URL.canParse(written)) return E.left('DETRICS_MCP_URL is not a URL')
  const url = new URL(written)
  const problem = problemOf(url)
  return problem === undefined ? E.right(url) : E.left(`DETRICS_MCP_URL ${problem}`)
}

const problemOf = ({ protocol, username, password, hostname }: URL): string | undefined => {
  if (username !== '' || password !== '')
    return 'must not contain a user name or password; the key goes into DETRICS_API_KEY'
  if (protocol === 'https:') return undefined
  if (protocol !== 'http:') return 'must begin with https:// or http://'
  return loopback.includes(hostname)
    ? undefined
    : 'must begin with https://, since http:// would send the key readable over the network'
}
