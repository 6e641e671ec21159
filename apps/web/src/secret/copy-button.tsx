import { useEffect, useState } from 'react'
import { Button, type ButtonKind } from '../ui/button.js'

const copiedMs = 2_500

interface CopyButtonProps {
  /** What the button says. */
  readonly label: string
  /** What it is about, for whoever hears it alone. */
  readonly about?: string
  readonly kind?: ButtonKind
  readonly text: () => string
  readonly onDone: (isCopied: boolean) => void
  readonly describedBy?: string
  readonly isFirst?: boolean
}

/** Puts a text on the clipboard, at the person's click only. */
export const CopyButton = ({ label, about, kind, text, onDone, describedBy, isFirst }: CopyButtonProps) => {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), copiedMs)
    return () => clearTimeout(timer)
  }, [isCopied])
  const copy = async (): Promise<void> => {
    const done = await written(text())
    setCopied(done)
    onDone(done)
  }
  return (
    <Button
      kind={kind ?? 'quiet'}
      icon={isCopied ? 'check' : 'copy'}
      onClick={() => void copy()}
      aria-describedby={describedBy}
      data-first={isFirst}
    >
      {isCopied ? 'Copied' : label}
      {about !== undefined && <span className="only-heard"> {about}</span>}
    </Button>
  )
}

/** Whether the browser let it happen. */
const written = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
