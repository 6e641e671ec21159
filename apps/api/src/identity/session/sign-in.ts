import * as E from 'fp-ts/lib/Either.js'
import * as client from 'openid-client'
import { codeOfFault } from '../../faults.js'
import { memberOf, type ClaimNames } from '../claims.js'
import type { IdentityClock } from '../clock.js'
import type { Member, OnIdentityTrouble } from '../principal.js'
import type { Provider } from '../provider.js'
import { verifiedClaims } from '../tokens.js'
import { digestOf } from './random-id.js'
import { pagePath } from './return-to.js'
import { shortLived } from './short-lived.js'

/** Why a sign-in did not come about. */
export type SignInFault =
  'sign_in_unknown' | 'sign_in_denied' | 'sign_in_failed' | 'sign_in_refused' | 'identity_unavailable'

/** The way of a member to the provider and back: authorization code with PKCE, bound to the browser that set out. */
export interface SignIn {
  /** The address at the provider to which the browser goes. */
  readonly begin: (from: {
    readonly browser: string
    readonly returnTo: string
  }) => Promise<E.Either<SignInFault, string>>
  /** Who came back, with the query of the callback, and where this member wanted to go. */
  readonly finish: (
    browser: string | undefined,
    query: string,
  ) => Promise<E.Either<SignInFault, { readonly member: Member; readonly returnTo: string }>>
  /** Where the member ends the session at the provider too, if that is known. */
  readonly endSessionUrl: () => string | undefined
}

export interface SignInParts extends ClaimNames {
  readonly provider: Provider
  readonly issuer: string
  readonly clientId: string
  readonly publicUrl: string
  readonly clock: IdentityClock
  readonly onTrouble: OnIdentityTrouble
}

export const callbackPath = '/auth/callback'
/** For somebody who has to look for a password first. */
export const signInSecondsMax = 600
const signInsMax = 10_000

/** What is known of a sign-in under way. */
interface UnderWay {
  readonly browser: string
  readonly nonce: string
  readonly verifier: string
  readonly returnTo: string
}

export const openSignIn = (parts: SignInParts): SignIn => {
  const underWay = shortLived<UnderWay>({
    entriesMax: signInsMax,
    lifeMs: signInSecondsMax * 1_000,
    monotonicMs: parts.clock.monotonicMs,
  })

  /** Gives a sign-in out once, and to the browser that began it; another one does not use it up. */
  const take = (state: string, browser: string | undefined): UnderWay | undefined => {
    const found = underWay.get(digestOf(state))
    if (found === undefined || browser === undefined || found.browser !== digestOf(browser)) return undefined
    underWay.remove(digestOf(state))
    return found
  }

  return {
    begin: async ({ browser, returnTo }) => {
      const configuration = await parts.provider.configuration.get()
      if (E.isLeft(configuration)) return E.left('identity_unavailable')
      const [state, nonce, verifier] = [
        client.randomState(),
        client.randomNonce(),
        client.randomPKCECodeVerifier(),
      ]
      const challenge = await client.calculatePKCECodeChallenge(verifier)
      underWay.put(digestOf(state), { browser: digestOf(browser), nonce, verifier, returnTo })
      return E.tryCatch(
        () =>
          client.buildAuthorizationUrl(configuration.right, {
            redirect_uri: `${parts.publicUrl}${callbackPath}`,
            scope: 'openid profile',
            state,
            nonce,
            code_challenge: challenge,
            code_challenge_method: 'S256',
          }).href,
        () => 'identity_unavailable',
      )
    },
    finish: async (browser, query) => {
      const [state, ...others] = new URLSearchParams(query).getAll('state')
      if (state === undefined || others.length > 0) return E.left('sign_in_unknown')
      const found = take(state, browser)
      if (found === undefined) return E.left('sign_in_unknown')
      const member = await memberOfCode(parts, found, { state, query })
      return E.map((who: Member) => ({ member: who, returnTo: found.returnTo }))(member)
    },
    endSessionUrl: () => endSessionUrl(parts),
  }
}

/** Exchanges the code and reads the ID token; nothing that the provider sends is kept. */
const memberOfCode = async (
  parts: SignInParts,
  { nonce, verifier }: UnderWay,
  { state, query }: { readonly state: string; readonly query: string },
): Promise<E.Either<SignInFault, Member>> => {
  const configuration = await parts.provider.configuration.get()
  if (E.isLeft(configuration)) return E.left('identity_unavailable')
  const token = await idTokenOf(configuration.right, new URL(`${callbackPath}?${query}`, parts.publicUrl), {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  })
  if (E.isLeft(token)) return token
  // The library leaves the signature to the protected connection. Here it is verified, with the same keys and rules as
  // that of an access token.
  const rules = { ...parts, keys: parts.provider.keys, audience: parts.clientId }
  const claims = await verifiedClaims(token.right, rules)
  if (E.isLeft(claims))
    return E.left(claims.left === 'identity_unavailable' ? 'identity_unavailable' : 'sign_in_failed')
  const member = memberOf(claims.right, parts, 'session')
  if (E.isRight(member)) return member
  parts.onTrouble({ about: 'claims', cause: member.left })
  return E.left('sign_in_refused')
}

const idTokenOf = async (
  configuration: client.Configuration,
  callback: URL,
  checks: client.AuthorizationCodeGrantChecks,
): Promise<E.Either<SignInFault, string>> => {
  try {
    const { id_token: token } = await client.authorizationCodeGrant(configuration, callback, checks)
    return token === undefined ? E.left('sign_in_failed') : E.right(token)
  } catch (fault) {
    return E.left(faultOf(fault))
  }
}

/** What a provider says with which it is best to try again (RFC 6749 §4.1.2.1), and codes for no answer at all. */
const passing = new Set([
  'server_error',
  'temporarily_unavailable',
  'OAUTH_TIMEOUT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
])

const faultOf = (fault: unknown): SignInFault => {
  const isOfProvider =
    fault instanceof client.AuthorizationResponseError || fault instanceof client.ResponseBodyError
  const code = isOfProvider ? fault.error : codeOfFault(fault)
  if (code === 'access_denied') return 'sign_in_denied'
  // Without a code there was no connection.
  return code === undefined || passing.has(code) ? 'identity_unavailable' : 'sign_in_failed'
}

const endSessionUrl = ({ provider, publicUrl }: SignInParts): string | undefined => {
  const configuration = provider.configuration.known()
  if (configuration?.serverMetadata().end_session_endpoint === undefined) return undefined
  return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${publicUrl}${pagePath}` })
    .href
}
