import * as E from 'fp-ts/lib/Either.js'
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { strangerFault } from './bearer.js'
import { memberOf, type ClaimNames } from './claims.js'
import type { IdentityClock } from './clock.js'
import type { Kept } from './kept.js'
import type { IdentityFault, Member, OnIdentityTrouble } from './principal.js'
import { clockToleranceSeconds } from './provider.js'

export interface TokenRules {
  readonly keys: Kept<JWTVerifyGetKey>
  readonly issuer: string
  readonly audience: string
  readonly clock: Pick<IdentityClock, 'wallMs'>
}

/** Signatures with a key of which only the provider has the private half. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA']
/** RFC 9068 §2.1, and what providers write that are older. A token that is made for something else says so. */
const types = ['', 'jwt', 'at+jwt', 'application/at+jwt']

/** Reads an access token: who a member is, in the words of the provider. */
export const memberByToken =
  (rules: TokenRules & ClaimNames & { readonly onTrouble: OnIdentityTrouble }) =>
  async (token: string): Promise<E.Either<IdentityFault, Member>> => {
    const claims = await verifiedClaims(token, rules)
    if (E.isLeft(claims)) return claims
    const member = memberOf(claims.right, rules, 'token')
    if (E.isRight(member)) return member
    rules.onTrouble({ about: 'claims', cause: member.left })
    return E.left('token_invalid')
  }

/** The claims of a token of the provider, for this audience, at this time. */
export const verifiedClaims = async (
  token: string,
  rules: TokenRules,
): Promise<E.Either<IdentityFault, JWTPayload>> => {
  // Before the provider is asked for anything: what can never be right is wrong also while it is away.
  if (!isWrittenRight(token)) return E.left(strangerFault(token))
  const keys = await rules.keys.get()
  if (E.isLeft(keys)) return E.left('identity_unavailable')
  const claims = await verify(token, keys.right, rules)
  if (E.isRight(claims) || !(claims.left instanceof errors.JWKSNoMatchingKey))
    return E.mapLeft(faultOf)(claims)
  const renewed = await rules.keys.renew()
  if (E.isLeft(renewed)) return E.left('identity_unavailable')
  return E.mapLeft(faultOf)(await verify(token, renewed.right, rules))
}

const isWrittenRight = (token: string): boolean => {
  try {
    const { alg = '', typ = '' } = decodeProtectedHeader(token)
    return algorithms.includes(alg) && types.includes(typ.toLowerCase())
  } catch {
    return false
  }
}

const verify = async (
  token: string,
  keys: JWTVerifyGetKey,
  { issuer, audience, clock }: TokenRules,
): Promise<E.Either<unknown, JWTPayload>> => {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      issuer,
      audience,
      requiredClaims: ['exp'],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(clock.wallMs()),
    })
    return typeof payload.sub === 'string' ? E.right(payload) : E.left(new errors.JWTInvalid())
  } catch (fault) {
    return E.left(fault)
  }
}

const faultOf = (fault: unknown): IdentityFault => {
  if (fault instanceof errors.JWTExpired) return 'token_expired'
  // Anything else is a key with which nothing can be verified, and says nothing about the token.
  return fault instanceof errors.JOSEError ? 'token_invalid' : 'identity_unavailable'
}
