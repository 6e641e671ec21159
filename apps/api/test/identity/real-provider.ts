import { jest } from '@jest/globals'
import { Provider } from 'oidc-provider'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { listening } from './http.js'

export interface RealProvider {
  readonly issuer: string
  /** An access token for our API, as a program gets it that acts for itself. */
  readonly accessToken: () => Promise<string>
  /** What the next sign-ins end with: an account, or `no` when the member says no there. */
  signInAs: string
  readonly close: () => Promise<void>
}

export const audience = 'https://keys.example.com/v1'
export const clientId = 'keys-page'
export const clientSecret = 'the-secret-of-the-client-0123456789'

const workspaces = [
  { id: 'acme', name: 'Acme', role: 'manager' },
  { id: 'other', role: 'viewer' },
]

/** A complete OpenID provider on loopback, which signs in by itself. */
export const openRealProvider = async ({
  publicUrl,
  isConfidential = false,
}: {
  readonly publicUrl: string
  readonly isConfidential?: boolean
}): Promise<RealProvider> => {
  // It notes each time that it is set up as for a test.
  for (const name of ['info', 'warn'] as const) jest.spyOn(console, name).mockImplementation(() => undefined)
  const server = createServer()
  const { url: issuer, close } = await listening(server)
  const provider: Provider = new Provider(
    issuer,
    configuration(publicUrl, isConfidential, () => provider),
  )
  const real: RealProvider = {
    issuer,
    accessToken: () => programToken(issuer),
    signInAs: 'member',
    close,
  }
  const callback = provider.callback()
  server.on('request', (request: IncomingMessage, reply: ServerResponse) => {
    if (request.url?.startsWith('/sign-in/') !== true) return void callback(request, reply)
    const result =
      real.signInAs === 'no'
        ? { error: 'access_denied', error_description: 'marker-of-the-provider' }
        : { login: { accountId: real.signInAs } }
    return void provider.interactionFinished(request, reply, result)
  })
  return real
}

const configuration = (publicUrl: string, isConfidential: boolean, provider: () => Provider): object => ({
  clients: [
    {
      client_id: clientId,
      ...(isConfidential
        ? { client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_basic' }
        : { token_endpoint_auth_method: 'none' }),
      redirect_uris: [`${publicUrl}/auth/callback`],
      post_logout_redirect_uris: [`${publicUrl}/mcp/api-keys`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
    {
      client_id: 'program',
      client_secret: 'the-secret-of-the-program-012345678',
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    },
  ],
  cookies: { keys: ['for the tests only'] },
  claims: { openid: ['sub', 'workspaces'], profile: ['name', 'preferred_username'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  interactions: { url: (_context: unknown, { uid }: { readonly uid: string }) => `/sign-in/${uid}` },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: '', audience, accessTokenFormat: 'jwt' }),
    },
  },
  extraTokenClaims: () => ({ name: 'Member', workspaces }),
  findAccount: (_context: unknown, accountId: string) => ({
    accountId,
    claims: () => ({
      sub: accountId,
      name: 'Member',
      workspaces: accountId === 'misfit' ? 'acme' : workspaces,
    }),
  }),
  // Whoever signs in has agreed.
  loadExistingGrant: async (context: {
    readonly oidc: { readonly client: { clientId: string }; readonly session: { accountId: string } }
  }) => {
    const { client, session } = context.oidc
    const grant = new (provider().Grant)({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid profile')
    await grant.save()
    return grant
  },
})

const programToken = async (issuer: string): Promise<string> => {
  const reply = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('program:the-secret-of-the-program-012345678').toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  const { access_token: token } = (await reply.json()) as { readonly access_token: string }
  return token
}
