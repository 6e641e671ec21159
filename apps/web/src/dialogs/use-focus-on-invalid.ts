import type { ClientError } from '@detrics/keys-client'
import { useEffect } from 'react'

/** Takes the person to the first field that is wrong, after an attempt to send the form and after a refusal. */
export const useFocusOnInvalid = (tries: number, error: ClientError | undefined): void => {
  useEffect(() => {
    document.querySelector<HTMLElement>('dialog[open] [aria-invalid=true]')?.focus()
  }, [tries, error])
}
