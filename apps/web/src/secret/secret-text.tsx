import { reveal, type Secret } from '@detrics/keys-client'
import { useLayoutEffect, useRef } from 'react'

/**
 * The secret in the document, and nowhere else: it is written into the element by hand and wiped by hand, so that it is
 * never a child or a property that React remembers.
 */
export const SecretText = ({
  secret,
  onCopied,
}: {
  readonly secret: Secret
  readonly onCopied: () => void
}) => {
  const ref = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) return
    element.textContent = reveal(secret)
    return () => {
      element.textContent = ''
    }
  }, [secret])
  return <code ref={ref} id="secret" className="secret-text" translate="no" onCopy={onCopied} />
}
