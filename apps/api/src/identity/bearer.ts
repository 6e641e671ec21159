import { containsKey } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import type { Asking, IdentityFault, Principal } from './principal.js'
import type { Services } from './services.js'

type Identified = E.Either<IdentityFault, Principal>

/** RFC 6750 §2.1; the scheme in any case. */
const bearerPattern = /^Bearer +([\w.~+/-]+=*) *$/i

/** Three parts of base64url, as every signed token is written. */
const tokenPattern = /^[\w-]+\.[\w-]+\.[\w-]*$/

/** Whether a credential is written like a token of an identity provider. */
export const looksLikeToken = (credential: string): boolean => tokenPattern.test(credential)

/**
 * Why a credential that nobody here gave out is refused. Whoever sends an API key is told so. Tokens are left out of
 * that: in their random characters something like a key is found every other time.
 */
export const strangerFault = (credential: string): IdentityFault =>
  !looksLikeToken(credential) && containsKey(credential) ? 'key_is_no_member' : 'token_invalid'

/**
 * Who asks, by the header `Authorization` where there is one, whatever else comes along: a service by its credential,
 * which is looked for before anything is read as a token, or whoever the token stands for.
 */
export const byBearer =
  (by: {
    readonly services: Services
    readonly token: (token: string) => Promise<Identified>
    readonly nothing: (request: Asking) => Promise<Identified>
  }) =>
  (request: Asking): Promise<Identified> => {
    const { authorization = '' } = request.headers
    if (authorization.trim() === '') return by.nothing(request)
    const credential = bearerPattern.exec(authorization)?.[1]
    if (credential === undefined) return Promise.resolve(E.left(strangerFault(authorization)))
    const service = by.services.find(credential)
    return service === undefined ? by.token(credential) : Promise.resolve(E.right(service))
  }
