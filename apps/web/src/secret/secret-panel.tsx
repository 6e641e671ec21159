import { reveal, type Key, type Secret } from '@detrics/keys-client'
import { useState } from 'react'
import type { SetUpForm } from '../agents/agents.js'
import { SetUpCommands } from '../agents/set-up.js'
import { useMember } from '../app/member.js'
import { CopyButton } from './copy-button.js'
import { SecretText } from './secret-text.js'

/** The secret of a new key with everything that is done with it. It is shown here, this once. */
export const SecretPanel = ({
  keyMade,
  secret,
  first,
  onCopied,
}: {
  readonly keyMade: Key
  readonly secret: Secret
  readonly first: SetUpForm
  readonly onCopied: () => void
}) => {
  const { me } = useMember()
  const [said, setSaid] = useState('')
  const onKeyDone = (isCopied: boolean): void => {
    if (isCopied) onCopied()
    else selectText('secret')
    setSaid(isCopied ? 'Key copied.' : notCopied)
  }
  return (
    <>
      <div className="secret" role="group" aria-label="Your new key">
        <SecretText secret={secret} onCopied={onCopied} />
        <CopyButton
          label="Copy key"
          kind="main"
          text={() => reveal(secret)}
          onDone={onKeyDone}
          describedBy="copy-now"
          isFirst
        />
      </div>
      <p id="copy-now" className="copy-now">
        Copy the key immediately — it will only be shown once.
      </p>
      <p className={said.startsWith(notAllowed) ? 'said-line is-bad' : 'said-line'} role="status">
        {said}
      </p>
      <h3>Set up your agent</h3>
      <SetUpCommands
        setUp={{ mcpUrl: me.mcpUrl, keyId: keyMade.keyId }}
        first={first}
        onCopy={(isCopied, about) => setSaid(isCopied ? `Copied ${about}.` : notAllowed)}
      />
    </>
  )
}

const notAllowed = 'Your browser did not let this page copy it.'
const notCopied = `${notAllowed} The key is selected: copy it with the keyboard.`

const selectText = (id: string): void => {
  const element = document.getElementById(id)
  if (element !== null) window.getSelection()?.selectAllChildren(element)
}
