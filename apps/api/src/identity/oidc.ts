import * as E from 'fp-ts/lib/Either.js'
import { byBearer } from './bearer.js'
import type { ClaimNames } from './claims.js'
import type { IdentityClock } from './clock.js'
import type { Asking, Identity, IdentityFault, Member, OnIdentityTrouble } from './principal.js'
import { openProvider } from './provider.js'
import type { Services } from './services.js'
import { readCookie, sessionCookie } from './session/cookies.js'
import { isFromElsewhere } from './session/origin.js'
import { addSessionRoutes } from './session/routes.js'
import { openSessions, type Sessions } from './session/sessions.js'
import { openSignIn } from './session/sign-in.js'
import { memberByToken } from './tokens.js'

export interface OidcParts extends ClaimNames {
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
  readonly clientSecret?: string
  /** The address that members use, as an origin. */
  readonly publicUrl: string
  readonly services: Services
  readonly clock: IdentityClock
  readonly onTrouble: OnIdentityTrouble
}

/** Members are who an OpenID provider says: by an access token, or by a session in the browser. */
export const oidcIdentity = (parts: OidcParts): Identity => {
  const provider = openProvider(parts)
  const sessions = openSessions(parts.clock)
  const signIn = openSignIn({ ...parts, provider })
  return {
    identify: byBearer({
      services: parts.services,
      token: memberByToken({ ...parts, keys: provider.keys }),
      nothing: (request) => Promise.resolve(bySession(sessions, parts.publicUrl, request)),
    }),
    addRoutes: (app) => {
      addSessionRoutes(app, { sessions, signIn, publicUrl: parts.publicUrl })
    },
  }
}

const bySession = (
  sessions: Sessions,
  publicUrl: string,
  request: Asking,
): E.Either<IdentityFault, Member> => {
  const id = readCookie(request.headers.cookie, sessionCookie)
  if (id === undefined) return E.left('unauthenticated')
  if (isFromElsewhere(request, publicUrl)) return E.left('origin_refused')
  const member = sessions.memberIn(id)
  return member === undefined ? E.left('session_expired') : E.right(member)
}
