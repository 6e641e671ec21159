import { useDialogs } from './dialogs.js'
import { NewKeyDialog } from './new-key.js'
import { RenameDialog } from './rename.js'
import { ReplaceDialog } from './replace.js'
import { RevokeDialog, RevokeManyDialog } from './revoke.js'

/** The dialog that is open, if one is. */
export const DialogHost = () => {
  const { open } = useDialogs()
  if (open === undefined) return null
  const { workspaceId, opener } = open
  switch (open.name) {
    case 'new-key':
      return <NewKeyDialog {...open} />
    case 'rename':
      return <RenameDialog workspaceId={workspaceId} opener={opener} keyShown={open.key} />
    case 'replace':
      return <ReplaceDialog workspaceId={workspaceId} opener={opener} keyShown={open.key} />
    case 'revoke':
      return <RevokeDialog workspaceId={workspaceId} opener={opener} keyShown={open.key} />
    case 'revoke-many':
      return <RevokeManyDialog workspaceId={workspaceId} opener={opener} keys={open.keys} />
  }
}
