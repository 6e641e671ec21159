import { useMember } from '../app/member.js'
import { useDialogs } from '../dialogs/dialogs.js'
import { Button } from '../ui/button.js'

/** Begins a new key; whoever may make none does not see it. */
export const NewKeyButton = () => {
  const { workspace, isManager } = useMember()
  const { show } = useDialogs()
  if (!isManager) return null
  return (
    <Button
      id="new-key"
      kind="main"
      icon="plus"
      onClick={() => show({ name: 'new-key', workspaceId: workspace.workspaceId, opener: 'new-key' })}
    >
      New Key
    </Button>
  )
}
