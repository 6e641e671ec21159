import type { Key, WorkspaceId } from '@detrics/keys-client'
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'
import { useNotices } from '../app/notices.js'

/** What a dialog is about. It keeps its workspace and key, whatever happens to the page behind it. */
export type DialogRequest =
  | {
      readonly name: 'new-key'
      /** The key that the new one takes the place of after a compromise. */
      readonly insteadOf?: Key
      readonly onMade?: (key: Key) => void
    }
  | { readonly name: 'rename' | 'replace' | 'revoke'; readonly key: Key }
  | { readonly name: 'revoke-many'; readonly keys: ReadonlyArray<Key> }

export type OpenDialog = DialogRequest & {
  readonly workspaceId: WorkspaceId
  /** The id of the element that the focus goes back to. */
  readonly opener: string
}

interface Dialogs {
  readonly open: OpenDialog | undefined
  readonly show: (dialog: OpenDialog) => void
  readonly close: () => void
}

const DialogsContext = createContext<Dialogs | undefined>(undefined)

/** Stands above everything that may come and go, so that no news closes a dialog in which somebody is at work. */
export const DialogsProvider = ({ children }: { readonly children: ReactNode }) => {
  const [open, setOpen] = useState<OpenDialog>()
  const { say } = useNotices()
  const show = useCallback(
    (dialog: OpenDialog) => {
      say(undefined)
      setOpen(dialog)
    },
    [say],
  )
  const close = useCallback(() => setOpen(undefined), [])
  const dialogs = useMemo(() => ({ open, show, close }), [open, show, close])
  return <DialogsContext value={dialogs}>{children}</DialogsContext>
}

export const useDialogs = (): Dialogs => {
  const dialogs = useContext(DialogsContext)
  if (dialogs === undefined) throw new Error('useDialogs is used outside of DialogsProvider')
  return dialogs
}
