import type { KeyId, Me, Workspace } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import { createContext, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react'
import { createNames, type Names } from '../data/names.js'
import type { Viewpoint } from '../words/actor-words.js'
import { useApi } from './api.js'

/** Who is signed in, and the workspace that is open. */
export interface Member {
  readonly me: Me
  readonly workspace: Workspace
  readonly isManager: boolean
  readonly names: Names
}

const MemberContext = createContext<Member | undefined>(undefined)

export const MemberProvider = ({
  me,
  workspace,
  children,
}: {
  readonly me: Me
  readonly workspace: Workspace
  readonly children: ReactNode
}) => {
  const { client, ask } = useApi()
  const { workspaceId } = workspace
  const names = useMemo(
    () =>
      createNames(async (keyId) => {
        const result = await ask(client.getKey({ workspaceId, keyId }))
        return E.isRight(result) ? result.right.key.name : undefined
      }),
    [client, ask, workspaceId],
  )
  const member = useMemo(
    () => ({ me, workspace, isManager: workspace.role === 'manager', names }),
    [me, workspace, names],
  )
  return <MemberContext value={member}>{children}</MemberContext>
}

export const useMember = (): Member => {
  const member = useContext(MemberContext)
  if (member === undefined) throw new Error('useMember is used outside of MemberProvider')
  return member
}

/** How keys and members are named for the person who reads; changes when a name becomes known. */
export const useViewpoint = (): Viewpoint => {
  const { me, names } = useMember()
  const version = useSyncExternalStore(names.subscribe, names.version)
  return useMemo(
    () => ({ memberId: me.memberId, nameOf: (keyId: KeyId) => names.nameOf(keyId) }),
    [me.memberId, names, version],
  )
}
