import type { Access, ProblemCode } from '@detrics/keys-client/contract'
import type { Principal } from './identity/index.js'

/**
 * Why somebody may not ask for something; undefined is fine. A workspace of others is answered like one that does not
 * exist, whatever the role that the operation takes.
 */
export const accessProblem = (
  access: Exclude<Access, 'anyone'>,
  caller: Principal,
  workspaceId: string | undefined,
): ProblemCode | undefined => {
  if (access === 'service') return mayVerify(caller) ? undefined : 'service_required'
  if (caller.type === 'service') return 'member_required'
  if (access === 'member') return undefined
  const workspace = caller.workspaces.find((own) => own.workspaceId === workspaceId)
  if (workspace === undefined) return 'workspace_not_found'
  return access === 'manager' && workspace.role !== 'manager' ? 'manager_required' : undefined
}

/** The development member is alone on the machine, and everything in one person. */
const mayVerify = (caller: Principal): boolean =>
  caller.type === 'service' || caller.signedInBy === 'development'
