import type { Me, Workspace } from '@detrics/keys-client'
import { useId } from 'react'
import { Said } from '../ui/said.js'
import type { View } from '../url/place.js'
import { navigate, usePlace } from '../url/use-place.js'

/** Which workspace is open, and the way to the others. Filters and keys stay behind: they belong to their workspace. */
export const WorkspaceSwitch = ({ me, workspace }: { readonly me: Me; readonly workspace: Workspace }) => {
  const id = useId()
  const { view } = usePlace()
  const go = (value: string): void => {
    const next = me.workspaces.find(({ workspaceId }) => workspaceId === value)
    if (next !== undefined) navigate({ workspaceId: next.workspaceId, view: viewElsewhere(view) })
  }
  return (
    <div className="workspace">
      {me.workspaces.length === 1 ? (
        <span className="workspace-name">
          <span className="only-heard">Workspace </span>
          <Said>{workspace.name}</Said>
        </span>
      ) : (
        <>
          <label htmlFor={id} className="only-heard">
            Workspace
          </label>
          <select id={id} value={workspace.workspaceId} onChange={({ target }) => go(target.value)}>
            {me.workspaces.map(({ workspaceId, name }) => (
              <option key={workspaceId} value={workspaceId}>
                {name}
              </option>
            ))}
          </select>
        </>
      )}
      <span className="role">
        <span className="only-heard">Your role: </span>
        {workspace.role === 'manager' ? 'Manager' : 'Viewer'}
      </span>
    </div>
  )
}

const viewElsewhere = (view: View): View =>
  view.name === 'activity' || view.name === 'set-up' ? { name: view.name } : { name: 'keys' }
