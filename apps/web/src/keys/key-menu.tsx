import type { Key } from '@detrics/keys-client'
import { useMember } from '../app/member.js'
import { useDialogs } from '../dialogs/dialogs.js'
import { Menu, type MenuEntry } from '../ui/menu.js'
import type { View } from '../url/place.js'
import { navigate } from '../url/use-place.js'

/** What can be done with a key; what makes no sense for it, or takes another role, is not there. */
export const KeyMenu = ({ keyShown }: { readonly keyShown: Key }) => {
  const { workspace, isManager } = useMember()
  const { show } = useDialogs()
  const { workspaceId } = workspace
  const { keyId, name, status } = keyShown
  const id = `actions-${keyId}`
  const dialog = (of: 'rename' | 'replace' | 'revoke') => () =>
    show({ name: of, key: keyShown, workspaceId, opener: id })
  const go = (view: View) => () => navigate({ workspaceId, view })

  const isEnded = status !== 'active'
  const isRevoked = status === 'revoked'
  const review: MenuEntry = { label: 'Review activity', onSelect: go({ name: 'activity', keyId }) }
  const changes: ReadonlyArray<MenuEntry> = [
    { label: 'Rename', onSelect: dialog('rename') },
    { label: 'Replace', onSelect: dialog('replace') },
  ]
  const revoke: MenuEntry = { label: 'Revoke', onSelect: dialog('revoke'), isDangerous: true, isApart: true }
  const report: MenuEntry = {
    label: 'Report as compromised',
    onSelect: go({ name: 'compromised', keyId, step: 1 }),
    isDangerous: true,
    isApart: isRevoked,
  }
  // An expired key can still be revoked for good; one that is revoked already stays as it is.
  const forManagers = [...(isEnded ? [] : changes), review, ...(isRevoked ? [] : [revoke]), report]
  return <Menu id={id} label={`Actions for ${name}`} entries={isManager ? forManagers : [review]} />
}
