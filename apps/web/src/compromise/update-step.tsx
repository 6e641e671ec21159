import { useState } from 'react'
import { SetUpCommands } from '../agents/set-up.js'
import { useMember } from '../app/member.js'
import { Button } from '../ui/button.js'

/** The commands once more, without the key: it was shown when it was made. */
export const UpdateStep = ({
  keyId,
  onDone,
  onSkip,
}: {
  readonly keyId: string
  readonly onDone: () => void
  readonly onSkip: () => void
}) => {
  const { me } = useMember()
  const [said, setSaid] = useState('')
  return (
    <>
      <p>Give the agent the new key by removing the MCP server and adding it again.</p>
      <SetUpCommands
        setUp={{ mcpUrl: me.mcpUrl, keyId }}
        first="re-add"
        onCopy={(isCopied, about) =>
          setSaid(isCopied ? `Copied ${about}.` : 'Your browser did not let this page copy it.')
        }
      />
      <p className="said-line" role="status">
        {said}
      </p>
      <div className="step-actions">
        <Button kind="main" onClick={onDone}>
          My agent is updated
        </Button>
        <Button kind="quiet" onClick={onSkip}>
          Skip this step
        </Button>
      </div>
    </>
  )
}
