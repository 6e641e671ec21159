import type { Key } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import { useState } from 'react'
import { useApi } from '../app/api.js'
import { tellChanged } from '../data/changes.js'
import { useChange } from '../data/use-change.js'
import { Button } from '../ui/button.js'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.js'
import { Choice } from '../ui/field.js'
import { Said } from '../ui/said.js'
import { Time } from '../ui/time.js'
import { Hint } from '../ui/trouble.js'
import { localDay } from '../words/expiry.js'
import { given } from '../words/given.js'
import { isAgain } from '../words/problem-words.js'
import { retirements, retiresAt, type Retirement } from '../words/retirement.js'
import { ChangeTrouble } from './change-trouble.js'
import { useDialogs } from './dialogs.js'
import { noExpiry, type Expiry } from './expiry-field.js'
import { KeyFields, useKeyForm, type KeyForm } from './key-form.js'
import { MadeKey } from './made-key.js'
import type { KeyDialogProps } from './rename.js'
import { useMadeKey } from './use-made-key.js'

export const ReplaceDialog = ({ workspaceId, keyShown, opener }: KeyDialogProps) => {
  const { close, show } = useDialogs()
  const { made, secret, take } = useMadeKey()
  const { change, form, retirement, setRetirement, replaced, send } = useReplacement(
    workspaceId,
    keyShown,
    take,
  )
  if (made !== undefined)
    return (
      <MadeKey
        keyMade={made.key}
        secret={secret}
        secretNotice={made.secretNotice}
        first="re-add"
        opener={opener}
        onDone={close}
        onRevoke={() => show({ name: 'revoke', key: made.key, workspaceId, opener })}
      >
        {replaced !== undefined && <Replaced replaced={replaced} />}
      </MadeKey>
    )
  return (
    <Dialog title={<ReplaceTitle name={keyShown.name} />} opener={opener} onDismiss={close}>
      <form noValidate autoComplete="off" onSubmit={form.submit(send)}>
        <DialogBody>
          <ChangeTrouble error={change.error} />
          <p>
            Makes a new key and lets this one end later, so that you can move your agents over in between.
          </p>
          <KeyFields form={form} label="Name of the new key" hint="It may keep the name." />
          <Choice
            legend="The old key ends"
            options={retirements}
            value={retirement}
            onChange={setRetirement}
          />
        </DialogBody>
        <DialogFooter>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind="main" busy={change.isBusy ? 'Replacing …' : undefined}>
            {isAgain(change.error) ? 'Try again' : 'Replace key'}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  )
}

const ReplaceTitle = ({ name }: { readonly name: string }) => (
  <>
    Replace “<Said>{name}</Said>”
  </>
)

const Replaced = ({ replaced: { status, endsAt } }: { readonly replaced: Key }) => (
  <Hint tone="info">
    {status === 'active' && endsAt !== undefined ? (
      <p>
        The old key works until <Time at={endsAt} form="exact" />.
      </p>
    ) : (
      <p>The old key is no longer accepted anywhere.</p>
    )}
  </Hint>
)

/** A key that was meant to end is not followed by one without an end, unless the person says so. */
const expiryAsOf = ({ expiresAt }: Key): Expiry =>
  expiresAt === undefined ? noExpiry : { choice: 'date', date: localDay(expiresAt) }

const useReplacement = (
  workspaceId: KeyDialogProps['workspaceId'],
  keyShown: Key,
  take: ReturnType<typeof useMadeKey>['take'],
) => {
  const { client } = useApi()
  const change = useChange()
  const form: KeyForm = useKeyForm(keyShown.name, change, { firstExpiry: expiryAsOf(keyShown) })
  const [retirement, setRetirement] = useState<Retirement>('24-hours')
  const [replaced, setReplaced] = useState<Key>()

  const send = async (): Promise<void> => {
    const { keyId, createdAt } = keyShown
    const { name, expiresAt, openedAt } = form
    const retireAt = retiresAt(retirement, { openedAt, createdAt })
    const input = { workspaceId, keyId, name, ...given({ expiresAt, retireAt }) }
    const result = await change.run(input, (idempotencyKey) =>
      client.replaceKey({ ...input, idempotencyKey }),
    )
    if (E.isLeft(result)) return
    setReplaced(result.right.replaced)
    take(result.right)
    tellChanged()
  }
  return { change, form, retirement, setRetirement, replaced, send }
}
