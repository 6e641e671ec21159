import { SignJWT, exportJWK, generateKeyPair, type CryptoKey, type JWK, type JWTPayload } from 'jose'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listening, type Listening } from './http.js'

export const audience = 'https://keys.example.com/v1'

/** A key of the provider, which the test may show or hide. */
export interface SigningKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

export const makeKey = async (kid: string, alg = 'ES256'): Promise<SigningKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/**
 * Only the addresses that are asked for keys. A whole provider keeps its keys for as long as it runs and is always
 * honest; here the test says which keys are shown, what is signed with them, and when nobody answers.
 */
export interface SigningProvider {
  readonly issuer: string
  /** The keys that are shown. */
  keys: ReadonlyArray<SigningKey>
  /** Members of the discovery document that are written otherwise. */
  discovery: Readonly<Record<string, unknown>>
  /** How often which path was asked for. */
  readonly asked: Map<string, number>
  /** Lets nobody in, as when the provider is down. */
  readonly leave: () => Promise<void>
  readonly comeBack: () => Promise<void>
  /** What a code is exchanged for, and with which status. */
  exchange: { readonly status: number; readonly reply: unknown }
  /** The request with which the last code was exchanged. */
  exchanged: { readonly authorization: string | undefined; readonly body: URLSearchParams }
  /** Takes requests and does not answer them. */
  isSilent: boolean
}

export const openSigningProvider = async (...keys: ReadonlyArray<SigningKey>): Promise<SigningProvider> => {
  const asked = new Map<string, number>()
  let server: Server = createServer()
  const serve = (): Server =>
    createServer((request, reply) => {
      const path = request.url ?? ''
      asked.set(path, (asked.get(path) ?? 0) + 1)
      if (provider.isSilent) return
      reply.setHeader('content-type', 'application/json')
      if (path === '/.well-known/openid-configuration') reply.end(JSON.stringify(documentOf(provider)))
      else if (path === '/jwks') reply.end(JSON.stringify({ keys: provider.keys.map(({ jwk }) => jwk) }))
      else if (path === '/token') void exchange(provider, request, reply)
      else reply.writeHead(404).end()
    })
  server = serve()
  let place: Listening = await listening(server)
  const issuer = place.url
  const provider: SigningProvider = {
    issuer,
    keys,
    discovery: {},
    asked,
    exchange: { status: 404, reply: {} },
    exchanged: { authorization: undefined, body: new URLSearchParams() },
    isSilent: false,
    leave: () => place.close(),
    comeBack: async () => {
      place = await listening(serve(), Number(new URL(issuer).port))
    },
  }
  return provider
}

const exchange = async (
  provider: SigningProvider,
  request: IncomingMessage,
  reply: ServerResponse,
): Promise<void> => {
  const { authorization } = request.headers
  provider.exchanged = { authorization, body: new URLSearchParams(await text(request)) }
  reply.writeHead(provider.exchange.status).end(JSON.stringify(provider.exchange.reply))
}

const documentOf = ({ issuer, discovery }: SigningProvider): object => ({
  issuer,
  authorization_endpoint: `${issuer}/auth`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256', 'ES256'],
  ...discovery,
})

/** The time at which the tests run, in seconds. */
export const nowSeconds = 1_800_000_000

export interface TokenWish {
  readonly key: SigningKey
  readonly claims?: JWTPayload
  readonly header?: Readonly<Record<string, unknown>>
  /** Claims that are left out. */
  readonly without?: ReadonlyArray<string>
}

/** An access token that is right but for what the test wishes. */
export const tokenOf = (
  issuer: string,
  { key, claims = {}, header = {}, without = [] }: TokenWish,
): Promise<string> => {
  const all: Record<string, unknown> = {
    iss: issuer,
    aud: audience,
    sub: 'member',
    exp: nowSeconds + 300,
    workspaces: [{ id: 'acme', name: 'Acme', role: 'manager' }],
    ...claims,
  }
  const payload = Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)))
  return new SignJWT(payload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey)
}
