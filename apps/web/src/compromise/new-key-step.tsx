import type { Key, KeyId } from '@detrics/keys-client'
import { useMember, useViewpoint } from '../app/member.js'
import { useDialogs } from '../dialogs/dialogs.js'
import { Button } from '../ui/button.js'
import { Said } from '../ui/said.js'
import { nextName } from '../words/key-words.js'

interface NewKeyStepProps {
  readonly keyShown: Key
  readonly successor: KeyId | undefined
  readonly onMade: (keyId: KeyId) => void
  readonly onNext: () => void
}

/** The key that takes the place of the compromised one; its name differs, so that the two are told apart for ever. */
export const NewKeyStep = ({ keyShown, successor, onMade, onNext }: NewKeyStepProps) => {
  const { workspace, isManager } = useMember()
  const { nameOf } = useViewpoint()
  const { show } = useDialogs()
  const make = (): void =>
    show({
      name: 'new-key',
      workspaceId: workspace.workspaceId,
      opener: 'continue-with-new-key',
      insteadOf: keyShown,
      onMade: ({ keyId }) => onMade(keyId),
    })
  return (
    <>
      {successor === undefined ? (
        <p>
          Make a key with another name, such as “<Said>{nextName(keyShown.name)}</Said>”, so that the activity
          tells the two apart.
        </p>
      ) : (
        <p>
          “<Said>{nameOf(successor)}</Said>” takes its place.
        </p>
      )}
      <div className="step-actions">
        {successor === undefined && isManager && (
          <Button id="continue-with-new-key" kind="main" icon="plus" onClick={make}>
            Make a new key
          </Button>
        )}
        {successor !== undefined && (
          <Button id="continue-with-new-key" kind="main" onClick={onNext}>
            Continue
          </Button>
        )}
        {successor === undefined && (
          <Button kind="quiet" onClick={onNext}>
            Skip this step
          </Button>
        )}
      </div>
    </>
  )
}
