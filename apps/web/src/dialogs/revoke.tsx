import type { Key, WorkspaceId } from '@detrics/keys-client'
import { useNotices, type Notice } from '../app/notices.js'
import { Button } from '../ui/button.js'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.js'
import { Said } from '../ui/said.js'
import { keyCount } from '../words/key-words.js'
import { isAgain } from '../words/problem-words.js'
import { ChangeTrouble } from './change-trouble.js'
import { useDialogs } from './dialogs.js'
import { ReasonFields, isUrgent } from './reason-fields.js'
import type { KeyDialogProps } from './rename.js'
import { useRevocation } from './use-revocation.js'

export const consequence =
  'Any agent using this key will receive “Unauthorized” errors. This cannot be undone.'

export const RevokeDialog = ({ workspaceId, keyShown, opener }: KeyDialogProps) => (
  <RevocationDialog
    title={
      <>
        Revoke “<Said>{keyShown.name}</Said>”?
      </>
    }
    button="Revoke key"
    workspaceId={workspaceId}
    keys={[keyShown]}
    opener={opener}
  >
    <p id="revoke-consequence">The key stops working immediately. {consequence}</p>
    <p className="mask">{keyShown.mask}</p>
  </RevocationDialog>
)

const namesShownMax = 5

export const RevokeManyDialog = ({
  workspaceId,
  keys,
  opener,
}: {
  readonly workspaceId: WorkspaceId
  readonly keys: ReadonlyArray<Key>
  readonly opener: string
}) => (
  <RevocationDialog
    title={`Revoke ${keyCount(keys.length)}?`}
    button={`Revoke ${keyCount(keys.length)}`}
    workspaceId={workspaceId}
    keys={keys}
    opener={opener}
  >
    <p id="revoke-consequence">
      They stop working immediately. Any agent using one of these keys will receive “Unauthorized” errors.
      This cannot be undone.
    </p>
    <ul className="names">
      {keys.slice(0, namesShownMax).map(({ keyId, name }) => (
        <li key={keyId}>
          <Said>{name}</Said>
        </li>
      ))}
      {keys.length > namesShownMax && <li>and {keys.length - namesShownMax} more</li>}
    </ul>
  </RevocationDialog>
)

const RevocationDialog = ({
  title,
  button,
  workspaceId,
  keys,
  opener,
  children,
}: {
  readonly title: React.ReactNode
  readonly button: string
  readonly workspaceId: WorkspaceId
  readonly keys: ReadonlyArray<Key>
  readonly opener: string
  readonly children: React.ReactNode
}) => {
  const { close } = useDialogs()
  const { say } = useNotices()
  const revocation = useRevocation(workspaceId, keys, 'requested')
  const { change, reason } = revocation
  const revoke = async (): Promise<void> => {
    const count = await revocation.revoke()
    if (count === undefined) return
    say({ tone: 'good', text: resultOf(keys, count), ...nextOf(workspaceId, keys, isUrgent(reason)) })
    close()
  }
  return (
    <Dialog
      title={title}
      role="alertdialog"
      describedBy="revoke-consequence"
      opener={opener}
      onDismiss={close}
    >
      <DialogBody>
        <ChangeTrouble error={change.error} />
        {children}
        <ReasonFields
          reason={reason}
          note={revocation.note}
          error={revocation.trouble}
          onReason={revocation.setReason}
          onNote={revocation.setNote}
        />
      </DialogBody>
      <DialogFooter>
        <Button data-first onClick={close}>
          Cancel
        </Button>
        <Button kind="danger" busy={change.isBusy ? 'Revoking …' : undefined} onClick={() => void revoke()}>
          {isAgain(change.error) ? 'Try again' : button}
        </Button>
      </DialogFooter>
    </Dialog>
  )
}

const resultOf = (keys: ReadonlyArray<Key>, count: number): Notice['text'] => {
  const [key] = keys
  if (keys.length === 1 && key !== undefined) return [{ said: key.name }, ' is no longer accepted anywhere.']
  const before = keys.length - count
  return [
    `${keyCount(keys.length)} are no longer accepted anywhere.`,
    ...(before > 0 ? [` ${before === 1 ? 'One' : before} of them had ended before.`] : []),
  ]
}

const nextOf = (
  workspaceId: WorkspaceId,
  keys: ReadonlyArray<Key>,
  isToContinue: boolean,
): Pick<Notice, 'next'> => {
  const [key] = keys
  if (!isToContinue || keys.length !== 1 || key === undefined) return {}
  const view = { name: 'compromised', keyId: key.keyId, step: 2 } as const
  return { next: { label: 'What to do next', place: { workspaceId, view } } }
}
