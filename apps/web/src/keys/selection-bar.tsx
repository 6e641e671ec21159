import { useRef } from 'react'
import { useMember } from '../app/member.js'
import { useDialogs } from '../dialogs/dialogs.js'
import { Button } from '../ui/button.js'
import { usePassedOnFocus } from '../ui/use-passed-on-focus.js'
import { keyCount } from '../words/key-words.js'
import { selectedMax, type Selection } from './use-selection.js'

/** What can be done with the selected keys; there only while some are. */
export const SelectionBar = ({ selection: { keys, clear } }: { readonly selection: Selection }) => {
  const { workspace } = useMember()
  const { show } = useDialogs()
  const bar = useRef<HTMLDivElement>(null)
  usePassedOnFocus(bar, keys.length > 0)
  return (
    <div ref={bar} className="selection" role="region" aria-label="Selected keys" hidden={keys.length === 0}>
      <p role="status">
        {keys.length > 0 && `${keyCount(keys.length)} selected`}
        {keys.length >= selectedMax && ', as many as can be revoked at once'}
      </p>
      <Button kind="quiet" onClick={clear}>
        Clear selection
      </Button>
      <Button
        id="revoke-selected"
        kind="danger"
        onClick={() =>
          show({ name: 'revoke-many', keys, workspaceId: workspace.workspaceId, opener: 'revoke-selected' })
        }
      >
        Revoke selected
      </Button>
    </div>
  )
}
