import fastify from 'fastify'
import { logTo } from '../../src/log.js'
import type { OidcParts } from '../../src/identity/oidc.js'
import { freePort, listening } from './http.js'
import { openVisitor, type Reply, type Visitor } from './browser-double.js'
import { clientId, openRealProvider, type RealProvider } from './real-provider.js'
import { manualClock, openOidc, type ManualClock, type OidcUnderTest } from './support.js'

export const sessionCookie = '__Host-detrics-session'
export const loginCookie = '__Host-detrics-login'

/** The routes of the sign-in with a provider, and a path that tells who asks. */
export interface Site extends OidcUnderTest {
  readonly url: string
  readonly provider: RealProvider
  readonly clock: ManualClock
  readonly log: () => string
  readonly visitor: () => Visitor
  /** Signs a new visitor in. */
  readonly signedIn: () => Promise<Visitor>
}

export const openSite = async ({
  isConfidential = false,
  ...more
}: Partial<OidcParts> & { readonly isConfidential?: boolean } = {}): Promise<Site> => {
  const url = `http://127.0.0.1:${await freePort()}`
  const provider = await openRealProvider({ publicUrl: url, isConfidential })
  // The provider has the clock of the machine.
  const clock = manualClock(Date.now() / 1_000)
  const oidc = openOidc(provider.issuer, { clientId, publicUrl: url, ...more }, clock)
  const lines: string[] = []
  const app = fastify({ logger: logTo({ write: (line) => lines.push(line) }) })
  app.log.level = 'trace'
  app.all('/who', async (request) => ({ answer: await oidc.identity.identify(request) }))
  app.get('/mcp/api-keys', () => 'the page')
  oidc.identity.addRoutes?.(app)
  await app.ready()
  await listening(app.server, Number(new URL(url).port))
  return {
    ...oidc,
    url,
    provider,
    clock,
    log: () => lines.join(''),
    visitor: openVisitor,
    signedIn: async () => {
      const visitor = openVisitor()
      await visitor.follow(`${url}/auth/login`)
      return visitor
    },
  }
}

/** Who the server says it is, or the fault. */
export const who = async (
  { url }: Pick<Site, 'url'>,
  visitor: Visitor,
  method = 'GET',
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> => {
  const { text } = await visitor.send(method, `${url}/who`, headers)
  const { answer } = JSON.parse(text) as { answer: { _tag: string; left?: unknown; right?: unknown } }
  return answer._tag === 'Right' ? answer.right : answer.left
}

export const setCookies = ({ headers }: Reply): ReadonlyArray<string> => [headers['set-cookie'] ?? []].flat()
