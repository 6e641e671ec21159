import type { MemberId, WorkspaceId } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import { byBearer, strangerFault } from './bearer.js'
import type { Identity, Member } from './principal.js'
import { noServices, type Services } from './services.js'

const developmentMember: Member = {
  type: 'member',
  memberId: 'dev-member' as MemberId,
  name: 'Development member',
  workspaces: [
    { workspaceId: 'demo-a' as WorkspaceId, name: 'Demo workspace A', role: 'manager' },
    { workspaceId: 'demo-b' as WorkspaceId, name: 'Demo workspace B', role: 'manager' },
  ],
  signedInBy: 'development',
}

/**
 * Everybody who reaches the server without a credential is the one development member: for trying things out. It is safe
 * only because the server listens on loopback and serves no foreign web page (see guards.ts and listening.ts). Whoever
 * sends a credential means to be somebody else, and is not made this member instead.
 */
export const developmentIdentityWith = (services: Services): Identity => ({
  identify: byBearer({
    services,
    token: (token) => Promise.resolve(E.left(strangerFault(token))),
    nothing: () => Promise.resolve(E.right(developmentMember)),
  }),
})

export const developmentIdentity: Identity = developmentIdentityWith(noServices)
