import type { Key, Secret } from '@detrics/keys-client'
import { useState, type ReactNode } from 'react'
import type { SetUpForm } from '../agents/agents.js'
import { SecretPanel } from '../secret/secret-panel.js'
import { Button } from '../ui/button.js'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.js'
import { Said } from '../ui/said.js'
import { Hint } from '../ui/trouble.js'
import { useWarningBeforeLeaving } from './use-warning.js'

interface MadeKeyProps {
  readonly keyMade: Key
  /** Undefined where the reply held none. */
  readonly secret: Secret | undefined
  readonly secretNotice: string | undefined
  readonly first: SetUpForm
  readonly children?: ReactNode
  readonly opener: string
  readonly onDone: () => void
  readonly onRevoke: () => void
}

/** The end of every dialog that makes a key: its secret, once, and what to do with it. */
export const MadeKey = ({ secret, ...rest }: MadeKeyProps) =>
  secret === undefined ? <WithoutSecret {...rest} /> : <WithSecret {...rest} secret={secret} />

const WithSecret = ({
  keyMade,
  secret,
  first,
  children,
  opener,
  onDone,
}: MadeKeyProps & { readonly secret: Secret }) => {
  const [isCopied, setCopied] = useState(false)
  const [isAsking, setAsking] = useState(false)
  useWarningBeforeLeaving(!isCopied)
  const leave = (): void => (isCopied ? onDone() : setAsking(true))
  return (
    <Dialog title={<MadeTitle name={keyMade.name} />} opener={opener} onDismiss={leave} isWide>
      <DialogBody>
        {children}
        <SecretPanel keyMade={keyMade} secret={secret} first={first} onCopied={() => setCopied(true)} />
      </DialogBody>
      <DialogFooter>
        <Button id="made-key-done" kind="main" onClick={leave}>
          Done
        </Button>
      </DialogFooter>
      {isAsking && <HaveYouCopied onBack={() => setAsking(false)} onClose={onDone} />}
    </Dialog>
  )
}

const MadeTitle = ({ name }: { readonly name: string }) => (
  <>
    “<Said>{name}</Said>” is ready
  </>
)

const HaveYouCopied = ({
  onBack,
  onClose,
}: {
  readonly onBack: () => void
  readonly onClose: () => void
}) => (
  <Dialog
    title="Have you copied the key?"
    role="alertdialog"
    describedBy="have-you-copied"
    opener="made-key-done"
    onDismiss={onBack}
  >
    <DialogBody>
      <p id="have-you-copied">
        It will not be shown again. Without it you will have to revoke this key and make another.
      </p>
    </DialogBody>
    <DialogFooter>
      <Button onClick={onClose}>Close without copying</Button>
      <Button kind="main" data-first onClick={onBack}>
        Back to the key
      </Button>
    </DialogFooter>
  </Dialog>
)

const WithoutSecret = ({ keyMade, secretNotice, opener, onDone, onRevoke }: Omit<MadeKeyProps, 'secret'>) => (
  <Dialog title="The key cannot be shown" opener={opener} onDismiss={onDone}>
    <DialogBody>
      <Hint tone="warning">
        <p>
          “<Said>{keyMade.name}</Said>” was made by an earlier request, of which the reply did not arrive.
        </p>
        {secretNotice !== undefined && <p>{secretNotice}</p>}
      </Hint>
    </DialogBody>
    <DialogFooter>
      <Button onClick={onDone}>Keep it</Button>
      <Button kind="danger" data-first onClick={onRevoke}>
        Revoke it
      </Button>
    </DialogFooter>
  </Dialog>
)
