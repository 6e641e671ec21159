import type { CreatedKey, Key } from '@detrics/keys-client'
import { useState } from 'react'
import { useNotices } from '../app/notices.js'
import { useSecret, type HeldSecret } from '../secret/use-secret.js'
import { useDialogs } from './dialogs.js'

interface Made {
  readonly key: Key
  readonly secretNotice: string | undefined
}

interface MadeKeyState extends Pick<HeldSecret, 'secret'> {
  /** Undefined until the key is made. */
  readonly made: Made | undefined
  readonly take: (reply: CreatedKey) => void
}

/** Takes the reply that holds a secret apart: the secret goes where it is forgotten again, the rest may stay. */
export const useMadeKey = (): MadeKeyState => {
  const { close } = useDialogs()
  const { say } = useNotices()
  const [made, setMade] = useState<Made>()
  const { secret, hold } = useSecret(() => {
    close()
    say({
      tone: 'warning',
      text: [
        'The new key was taken off this page when you left it. If you have not copied it, revoke it and make another one.',
      ],
    })
  })
  return {
    made,
    secret,
    take: (reply) => {
      if (reply.secret !== null) hold(reply.secret)
      setMade({ key: reply.key, secretNotice: reply.secretNotice })
    },
  }
}
