import type { Key, WorkspaceId } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import { useState, type FormEvent } from 'react'
import { useApi } from '../app/api.js'
import { useMember } from '../app/member.js'
import { useNotices } from '../app/notices.js'
import { tellChanged } from '../data/changes.js'
import { useChange } from '../data/use-change.js'
import { Button } from '../ui/button.js'
import { Dialog, DialogBody, DialogFooter } from '../ui/dialog.js'
import { Said } from '../ui/said.js'
import { Hint } from '../ui/trouble.js'
import { codeOf, fieldTrouble, isAgain } from '../words/problem-words.js'
import { ChangeTrouble } from './change-trouble.js'
import { useDialogs } from './dialogs.js'
import { NameField, nameTrouble } from './name-field.js'
import { useFocusOnInvalid } from './use-focus-on-invalid.js'

export interface KeyDialogProps {
  readonly workspaceId: WorkspaceId
  readonly keyShown: Key
  readonly opener: string
}

export const RenameDialog = ({ workspaceId, keyShown, opener }: KeyDialogProps) => {
  const { close } = useDialogs()
  const { change, name, setName, trouble, current, isChanged, onSubmit } = useRename(workspaceId, keyShown)
  return (
    <Dialog title="Rename key" opener={opener} onDismiss={close}>
      <form noValidate autoComplete="off" onSubmit={onSubmit}>
        <DialogBody>
          {isChanged && <ChangedMeanwhile keyShown={current} />}
          {!isChanged && <ChangeTrouble error={change.error} />}
          <NameField
            label="New name"
            value={name}
            error={trouble ?? fieldTrouble(change.error, 'name')}
            hint="Only the name changes. Agents that use the key notice nothing."
            onChange={setName}
          />
        </DialogBody>
        <DialogFooter>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" kind="main" busy={change.isBusy ? 'Renaming …' : undefined}>
            {isAgain(change.error) ? 'Try again' : 'Rename'}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  )
}

const ChangedMeanwhile = ({ keyShown: { name, status } }: { readonly keyShown: Key }) => (
  <div role="alert">
    <Hint tone="warning">
      <strong>Somebody changed this key meanwhile</strong>
      <p>
        {status === 'active' ? 'It is called' : `It is ${status} now, and called`} “<Said>{name}</Said>”.
        {status === 'active' && ' Rename it again if you still want to.'}
      </p>
    </Hint>
  </div>
)

const useRename = (workspaceId: WorkspaceId, keyShown: Key) => {
  const { client, ask } = useApi()
  const { close } = useDialogs()
  const { names } = useMember()
  const { say } = useNotices()
  const change = useChange()
  const [current, setCurrent] = useState(keyShown)
  const [name, setName] = useState(keyShown.name)
  const [tries, setTries] = useState(0)
  const [isChanged, setChanged] = useState(false)
  useFocusOnInvalid(tries, change.error)
  const { keyId } = keyShown

  const send = async (): Promise<void> => {
    const input = { workspaceId, keyId, name, ifRevision: current.revision }
    const result = await change.run({}, () => client.renameKey(input))
    if (E.isLeft(result)) return codeOf(result.left) === 'key_changed' ? lookAgain() : undefined
    const { key } = result.right
    names.put([key])
    tellChanged()
    say({ tone: 'good', text: ['Renamed to “', { said: key.name }, '”.'] })
    close()
  }
  /** What became of the key, so that the next attempt is about its present state. */
  const lookAgain = async (): Promise<void> => {
    const result = await ask(client.getKey({ workspaceId, keyId }))
    if (E.isLeft(result)) return
    setCurrent(result.right.key)
    setChanged(true)
    tellChanged()
  }

  return {
    change,
    name,
    setName: (next: string) => {
      setName(next)
      change.clear()
    },
    trouble: tries > 0 ? nameTrouble(name) : undefined,
    current,
    isChanged,
    onSubmit: (event: FormEvent) => {
      event.preventDefault()
      setTries(tries + 1)
      setChanged(false)
      if (nameTrouble(name) === undefined) void send()
    },
  }
}
