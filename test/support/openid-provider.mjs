/**
 * A real OpenID provider for the tests of the page: prints its address as a line of JSON, signs in whoever names an
 * account, and asks for no password. Accounts and the page's client come in as JSON in the environment.
 */
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const fromApi = createRequire(join(process.cwd(), 'apps/api/package.json'))
const { Provider } = await import(pathToFileURL(fromApi.resolve('oidc-provider')).href)

const { accounts, clientId, redirectUri, postLogoutUri } = JSON.parse(process.env.PROVIDER)

const server = createServer()
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const issuer = `http://127.0.0.1:${server.address().port}`

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: clientId,
      token_endpoint_auth_method: 'none',
      application_type: 'web',
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [postLogoutUri],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  cookies: { keys: ['for the tests only'] },
  claims: { openid: ['sub', 'name', 'workspaces'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, { uid }) => `/sign-in/${uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
  // Whoever signs in has agreed.
  loadExistingGrant: async (context) => {
    const { client, session } = context.oidc
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid')
    await grant.save()
    return grant
  },
})

const form = `<!doctype html><html lang="en"><title>Sign in</title><h1>Sign in</h1>
<form method="get"><label>Account <input name="account" autofocus></label><button>Continue</button></form></html>`

const callback = provider.callback()
server.on('request', async (request, reply) => {
  const url = new URL(request.url, issuer)
  if (!url.pathname.startsWith('/sign-in/')) return callback(request, reply)
  const account = url.searchParams.get('account')
  if (account === null || !Object.hasOwn(accounts, account))
    return reply.setHeader('content-type', 'text/html').end(form)
  return provider.interactionFinished(request, reply, { login: { accountId: account } })
})
process.stdout.write(`${JSON.stringify({ event: 'listening', url: issuer })}\n`)
process.on('SIGTERM', () => process.exit(0))
