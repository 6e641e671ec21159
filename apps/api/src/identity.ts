import type { MemberId } from '@detrics/keys'

/** A person who manages keys, and the workspaces of which this person is a member. */
export interface Member {
  readonly memberId: MemberId
  readonly name: string
  readonly workspaces: ReadonlyArray<{ readonly workspaceId: string; readonly name: string }>
}

/** Tells who sends a request; undefined is nobody that is known. */
export type Identity = (
  headers: Readonly<Record<string, string | string[] | undefined>>,
) => Member | undefined

const developmentMember: Member = {
  memberId: 'dev-member' as MemberId,
  name: 'Development member',
  workspaces: [
    { workspaceId: 'demo-a', name: 'Demo workspace A' },
    { workspaceId: 'demo-b', name: 'Demo workspace B' },
  ],
}

/**
 * Everybody who reaches the server is the one development member: for trying things out. It is safe only because the
 * server listens on loopback and serves no foreign web page (see guards.ts and listening.ts).
 */
export const developmentIdentity: Identity = () => developmentMember
