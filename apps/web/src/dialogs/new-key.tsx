import type { Key, WorkspaceId } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import { useApi } from '../app/api.js'
import { tellChanged } from '../data/changes.js'
import { useChange } from '../data/use-change.js'
import { Button } from '../ui/button.js'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.js'
import { given } from '../words/given.js'
import { nextName } from '../words/key-words.js'
import { isAgain } from '../words/problem-words.js'
import { ChangeTrouble } from './change-trouble.js'
import { useDialogs } from './dialogs.js'
import { KeyFields, useKeyForm } from './key-form.js'
import { MadeKey } from './made-key.js'
import { useMadeKey } from './use-made-key.js'

interface NewKeyProps {
  readonly workspaceId: WorkspaceId
  readonly opener: string
  readonly insteadOf?: Key
  readonly onMade?: (key: Key) => void
}

const nameHint =
  'Where the key is used. One key for each place, so that you can revoke one and keep the others.'

export const NewKeyDialog = ({ workspaceId, opener, insteadOf, onMade }: NewKeyProps) => {
  const { client } = useApi()
  const { close, show } = useDialogs()
  const { made, secret, take } = useMadeKey()
  const change = useChange()
  const form = useKeyForm(
    insteadOf === undefined ? '' : nextName(insteadOf.name),
    change,
    given({ mustDifferFrom: insteadOf?.name }),
  )

  const send = async (): Promise<void> => {
    const input = { workspaceId, name: form.name, ...given({ expiresAt: form.expiresAt }) }
    const result = await change.run(input, (idempotencyKey) => client.createKey({ ...input, idempotencyKey }))
    if (E.isLeft(result)) return
    take(result.right)
    tellChanged()
    onMade?.(result.right.key)
  }

  if (made !== undefined)
    return (
      <MadeKey
        keyMade={made.key}
        secret={secret}
        secretNotice={made.secretNotice}
        first={insteadOf === undefined ? 'add' : 're-add'}
        opener={opener}
        onDone={close}
        onRevoke={() => show({ name: 'revoke', key: made.key, workspaceId, opener })}
      />
    )
  return (
    <Dialog title="New key" opener={opener} onDismiss={close}>
      <form noValidate autoComplete="off" onSubmit={form.submit(send)}>
        <DialogBody>
          <ChangeTrouble error={change.error} />
          <KeyFields form={form} label="Name" hint={nameHint} />
        </DialogBody>
        <DialogFooter>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind="main" busy={change.isBusy ? 'Creating …' : undefined}>
            {isAgain(change.error) ? 'Try again' : 'Create key'}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  )
}
