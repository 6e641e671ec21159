import type { IdentityClock } from '../../src/identity/clock.js'
import { oidcIdentity, type OidcParts } from '../../src/identity/oidc.js'
import type { Identity, IdentityTrouble } from '../../src/identity/principal.js'
import { noServices } from '../../src/identity/services.js'
import { audience, nowSeconds } from './signing-provider.js'

export const second = 1_000
export const minute = 60 * second

/** Clocks that stand until they are moved. */
export interface ManualClock extends IdentityClock {
  readonly passMs: (ms: number) => void
}

export const manualClock = (startSeconds = nowSeconds): ManualClock => {
  let ms = 0
  return {
    wallMs: () => startSeconds * second + ms,
    monotonicMs: () => ms,
    passMs: (more) => {
      ms += more
    },
  }
}

export interface OidcUnderTest {
  readonly identity: Identity
  readonly clock: ManualClock
  /** What the operator was told. */
  readonly troubles: ReadonlyArray<IdentityTrouble>
  /** The answer to a request with this bearer credential. */
  readonly bearing: (token: string) => Promise<unknown>
}

export const openOidc = (
  issuer: string,
  more: Partial<OidcParts> = {},
  clock: ManualClock = manualClock(),
): OidcUnderTest => {
  const troubles: IdentityTrouble[] = []
  const identity = oidcIdentity({
    issuer,
    audience,
    clientId: 'keys-page',
    publicUrl: 'http://127.0.0.1:4700',
    memberClaim: 'sub',
    workspacesClaim: 'workspaces',
    services: noServices,
    clock,
    onTrouble: (trouble) => troubles.push(trouble),
    ...more,
  })
  return {
    identity,
    clock,
    troubles,
    bearing: (token) => asked(identity, { authorization: `Bearer ${token}` }),
  }
}

/** Who it is, or the fault. */
export const asked = async (
  identity: Identity,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<unknown> => {
  const answer = await identity.identify({ method, headers })
  return answer._tag === 'Right' ? answer.right : answer.left
}
