import { useId, useLayoutEffect, useRef, type ReactNode } from 'react'
import { focusFirst } from './focus.js'
import { IconButton } from './button.js'

interface DialogProps {
  readonly title: ReactNode
  readonly children: ReactNode
  /** The person wants to leave: by Escape, by the cross, or by a gesture of the system. */
  readonly onDismiss: () => void
  /** The id of what opened the dialog: the focus goes back there, or to the heading of the page when it is gone. */
  readonly opener: string
  readonly role?: 'alertdialog'
  readonly describedBy?: string
  readonly isWide?: boolean
}

/** A dialog over the page; the browser keeps the focus in it and everything else out of reach. */
export const Dialog = ({ title, children, onDismiss, opener, role, describedBy, isWide }: DialogProps) => {
  const titleId = useId()
  const ref = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => {
      const { activeElement } = document
      // A dialog that goes together with the one below it comes second: the focus has gone home already.
      const isHome = activeElement !== document.body && dialog?.contains(activeElement) === false
      // As long as one above is open, nothing below can have the focus.
      for (const above of dialog?.querySelectorAll('dialog') ?? []) above.close()
      dialog?.close()
      if (!isHome) focusFirst([opener, 'page-title'])
    }
  }, [opener])
  return (
    <dialog
      ref={ref}
      className={isWide === true ? 'dialog dialog-wide' : 'dialog'}
      role={role}
      aria-labelledby={titleId}
      aria-describedby={describedBy}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        // Before the browser closes it, which it would do without asking at the second time.
        event.preventDefault()
        event.stopPropagation()
        onDismiss()
      }}
      onCancel={(event) => {
        event.preventDefault()
        event.stopPropagation()
        onDismiss()
      }}
      onClose={({ target }) => {
        // Some systems close it without asking. What it holds is for `onDismiss` to put away, in sight of the person.
        if (target !== ref.current || ref.current.open) return
        ref.current.showModal()
        onDismiss()
      }}
    >
      <header className="dialog-header">
        <h2 id={titleId} tabIndex={-1}>
          {title}
        </h2>
        <IconButton icon="close" label="Close dialog" onClick={onDismiss} />
      </header>
      {children}
    </dialog>
  )
}

export const DialogBody = ({ children }: { readonly children: ReactNode }) => (
  <div className="dialog-body">{children}</div>
)

export const DialogFooter = ({ children }: { readonly children: ReactNode }) => (
  <footer className="dialog-footer">{children}</footer>
)
