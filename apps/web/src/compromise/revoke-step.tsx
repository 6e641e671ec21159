import type { Key } from '@detrics/keys-client'
import { useMember, useViewpoint } from '../app/member.js'
import { useNotices } from '../app/notices.js'
import { ChangeTrouble } from '../dialogs/change-trouble.js'
import { ReasonFields } from '../dialogs/reason-fields.js'
import { consequence } from '../dialogs/revoke.js'
import { useRevocation } from '../dialogs/use-revocation.js'
import { Button } from '../ui/button.js'
import { Said, Words } from '../ui/said.js'
import { Time } from '../ui/time.js'
import { actorWords } from '../words/actor-words.js'
import { isAgain } from '../words/problem-words.js'

interface RevokeStepProps {
  readonly keyShown: Key
  readonly onNext: () => void
}

/** The first thing to do, and the one that cannot wait: the click is the confirmation. */
export const RevokeStep = ({ keyShown, onNext }: RevokeStepProps) =>
  keyShown.status === 'revoked' ? (
    <Revoked keyShown={keyShown} onNext={onNext} />
  ) : (
    <ToRevoke keyShown={keyShown} onNext={onNext} />
  )

const ToRevoke = ({ keyShown, onNext }: RevokeStepProps) => {
  const { workspace, isManager } = useMember()
  const { say } = useNotices()
  const revocation = useRevocation(workspace.workspaceId, [keyShown], 'compromised')
  const { change } = revocation
  const revoke = async (): Promise<void> => {
    if ((await revocation.revoke()) === undefined) return
    say({ tone: 'good', text: [{ said: keyShown.name }, ' is no longer accepted anywhere.'] })
    onNext()
  }
  return (
    <>
      <ChangeTrouble error={change.error} />
      <p>
        “<Said>{keyShown.name}</Said>” stops working immediately, for whoever holds it. {consequence}
      </p>
      <ReasonFields
        reason={revocation.reason}
        note={revocation.note}
        error={revocation.trouble}
        isUrgentOnly
        onReason={revocation.setReason}
        onNote={revocation.setNote}
      />
      <div className="step-actions">
        {isManager && (
          <Button kind="danger" busy={change.isBusy ? 'Revoking …' : undefined} onClick={() => void revoke()}>
            {isAgain(change.error) ? 'Try again' : 'Revoke key now'}
          </Button>
        )}
        <Button kind="quiet" onClick={onNext}>
          Skip this step
        </Button>
      </div>
    </>
  )
}

const Revoked = ({ keyShown: { revocation }, onNext }: RevokeStepProps) => {
  const viewpoint = useViewpoint()
  return (
    <>
      {revocation !== undefined && (
        <p>
          Revoked <Time at={revocation.revokedAt} /> by{' '}
          <Words sentence={actorWords(revocation.revokedBy, viewpoint)} />: {revocation.reason}. It is no
          longer accepted anywhere.
        </p>
      )}
      <div className="step-actions">
        <Button kind="main" onClick={onNext}>
          Continue
        </Button>
      </div>
    </>
  )
}
