import { useState } from 'react'
import { useNotices } from './notices.js'
import { Button } from '../ui/button.js'

/** Ends the session here and on the server; the page is then loaded anew, with nothing of it left. */
export const SignOut = () => {
  const { say } = useNotices()
  const [isBusy, setBusy] = useState(false)
  const signOut = async (): Promise<void> => {
    setBusy(true)
    const next = await endSession()
    if (next !== undefined) return window.location.assign(next)
    setBusy(false)
    say({ tone: 'warning', text: ['You are still signed in: the server did not answer. Try again.'] })
  }
  return (
    <Button kind="quiet" busy={isBusy ? 'Signing out …' : undefined} onClick={() => void signOut()}>
      Sign out
    </Button>
  )
}

/** Where to go when the session is over; undefined when it is not. The provider may have a session to end too. */
const endSession = async (): Promise<string | undefined> => {
  try {
    const reply = await fetch('/auth/logout', { method: 'POST', redirect: 'error' })
    return reply.ok ? (addressIn(await reply.json()) ?? window.location.pathname) : undefined
  } catch {
    return undefined
  }
}

const addressIn = (reply: unknown): string | undefined => {
  const { endSessionUrl } = (reply ?? {}) as { readonly endSessionUrl?: unknown }
  return typeof endSessionUrl === 'string' && /^https?:/.test(endSessionUrl) ? endSessionUrl : undefined
}
