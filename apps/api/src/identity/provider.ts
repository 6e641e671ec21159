import * as E from 'fp-ts/lib/Either.js'
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import * as client from 'openid-client'
import { codeOfFault } from '../faults.js'
import type { IdentityClock } from './clock.js'
import { keep, type Away, type Kept } from './kept.js'
import type { OnIdentityTrouble } from './principal.js'

/** The OpenID provider, as far as it has to be asked. A server starts without it and finds it when it is there. */
export interface Provider {
  /** Where it is asked what, with us as its client. */
  readonly configuration: Kept<client.Configuration>
  /** The keys with which it signs. */
  readonly keys: Kept<JWTVerifyGetKey>
}

export interface ProviderParts {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly clock: Pick<IdentityClock, 'monotonicMs'>
  readonly onTrouble: OnIdentityTrouble
}

/** Clocks of two machines differ. */
export const clockToleranceSeconds = 5
/** Somebody may be waiting for the answer. */
const answerMsMax = 3_000
const minute = 60_000

export const openProvider = (parts: ProviderParts): Provider => {
  const { monotonicMs } = parts.clock
  const told = tellOf(parts.onTrouble)
  // A new key is missed at once, and asked for; a key that was withdrawn is missed by nobody, hence the ten minutes.
  const rules = { monotonicMs, freshMs: 10 * minute, usableMs: 24 * 60 * minute, cooldownMs: minute / 6 }
  const configuration = keep(() => discover(parts).then(told), {
    ...rules,
    freshMs: 60 * minute,
    usableMs: Number.POSITIVE_INFINITY,
  })
  const keys = keep(async () => {
    const found = await configuration.get()
    return E.isLeft(found) ? found : told(await loadKeys(found.right))
  }, rules)
  return { configuration, keys }
}

const discover = async (parts: ProviderParts): Promise<E.Either<Away, client.Configuration>> => {
  const { issuer, clientId } = parts
  try {
    const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), {
      timeout: answerMsMax / 1_000,
      ...(isInsecure(issuer) ? { execute: [client.allowInsecureRequests] } : {}),
    })
    const metadata = found.serverMetadata()
    if (metadata.issuer !== issuer)
      return away('it writes its issuer in another way than DETRICS_OIDC_ISSUER')
    if (metadata.jwks_uri === undefined || isInsecure(metadata.jwks_uri) !== isInsecure(issuer))
      return away('it names no address with https for its keys')
    return E.right(configured(metadata, parts))
  } catch (fault) {
    return away(`discovery: ${causeOf(fault)}`)
  }
}

const configured = (
  metadata: client.ServerMetadata,
  { issuer, clientId, clientSecret }: ProviderParts,
): client.Configuration => {
  const configuration = new client.Configuration(
    metadata,
    clientId,
    { [client.clockTolerance]: clockToleranceSeconds },
    clientSecret === undefined ? client.None() : authenticationBy(clientSecret, metadata),
  )
  configuration.timeout = answerMsMax / 1_000
  if (isInsecure(issuer)) client.allowInsecureRequests(configuration)
  return configuration
}

/** In the header, which is what a provider takes that does not say what it takes (RFC 8414 §2). */
const authenticationBy = (secret: string, metadata: client.ServerMetadata): client.ClientAuth =>
  metadata.token_endpoint_auth_methods_supported?.includes('client_secret_basic') === false
    ? client.ClientSecretPost(secret)
    : client.ClientSecretBasic(secret)

/** A whole new set each time, so that a key that is not in it any more is gone. It is not to load anything by itself. */
const loadKeys = async (configuration: client.Configuration): Promise<E.Either<Away, JWTVerifyGetKey>> => {
  try {
    const keys = createRemoteJWKSet(new URL(configuration.serverMetadata().jwks_uri ?? ''), {
      timeoutDuration: answerMsMax,
      cacheMaxAge: Number.POSITIVE_INFINITY,
      cooldownDuration: Number.POSITIVE_INFINITY,
    })
    await keys.reload()
    return E.right(keys)
  } catch (fault) {
    return away(`keys: ${causeOf(fault)}`)
  }
}

/** The settings let an issuer be so on loopback only. */
const isInsecure = (address: string): boolean => new URL(address).protocol === 'http:'

const away = (cause: string): E.Either<Away, never> => E.left({ _tag: 'Away', cause })

/** A code, the innermost, and no text: texts of faults may repeat what was received. */
const causeOf = (fault: unknown): string => {
  const cause = typeof fault === 'object' && fault !== null && 'cause' in fault ? fault.cause : undefined
  const inner = cause === undefined ? unknownFault : causeOf(cause)
  return inner === unknownFault ? (codeOfFault(fault) ?? unknownFault) : inner
}

const unknownFault = 'unknown fault'

/** Tells of a change only: not again and again while it lasts, and not of what never failed. */
const tellOf = (onTrouble: OnIdentityTrouble): (<A>(outcome: E.Either<Away, A>) => E.Either<Away, A>) => {
  let last: string | undefined
  return (outcome) => {
    const cause = E.isLeft(outcome) ? outcome.left.cause : undefined
    if (cause !== last) onTrouble({ about: 'provider', cause })
    last = cause
    return outcome
  }
}
