import * as E from 'fp-ts/lib/Either.js'
import { bell } from '../shared/bell.js'
import type { Bell } from '../shared/bell.js'
import type { Fault } from './fault.js'
import type { Session } from './session.js'

/** Rings when there may be something new in the log, by whichever process. */
export interface WakeUp extends Bell {
  /** Tells this process at once and all others soon. */
  readonly announce: () => void
  readonly close: () => Promise<void>
}

/**
 * How often whoever waits looks, told or not: a message between processes can be lost, and an append that was overtaken
 * becomes visible without one. So this is the truth, and the messages are a hint that saves the wait.
 */
const pollMs = 150
/** Under load one message tells of all that was appended since the one before. */
const announceEveryMs = 10
const reconnectMs = 500

/** A hint needs no disk; and the session does nothing else. */
export const wakeUpSettings = 'SET synchronous_commit = off;'

/**
 * Messages go over a session of their own and never inside an append: PostgreSQL commits those that notify one by one.
 * The session is opened when somebody waits, or when there is something to tell, and again after a loss.
 */
export const wakeUp = (open: () => Promise<E.Either<Fault, Session>>, schema: string): WakeUp => {
  let session: Session | undefined
  let opening: Promise<void> | undefined
  let notBefore = 0
  let closed = false
  let lastAnnounced = 0
  let announcing: NodeJS.Timeout | undefined
  /** Something was to be told while there was no session. */
  let isUntold = false

  const current = (): Session | undefined => (session?.isLost() === true ? undefined : session)

  const connect = async (): Promise<void> => {
    notBefore = performance.now() + reconnectMs
    const opened = await open()
    if (E.isLeft(opened)) return
    const listening = await opened.right.script(`LISTEN ${schema}`)
    if (closed || E.isLeft(listening)) return opened.right.close()
    session = opened.right
    session.onNotification(ring)
    if (isUntold) send()
  }

  const connected = (): void => {
    if (current() !== undefined || closed || performance.now() < notBefore) return
    opening ??= connect().finally(() => (opening = undefined))
  }

  const whileListened = (ringBell: () => void): (() => void) => {
    const look = (): void => {
      connected()
      ringBell()
    }
    connected()
    const timer = setInterval(look, pollMs)
    timer.unref()
    return () => clearInterval(timer)
  }

  const { ring, rings, listen } = bell(whileListened)

  const send = (): void => {
    announcing = undefined
    lastAnnounced = performance.now()
    isUntold = current() === undefined
    void current()?.run({ name: 'announce', text: 'SELECT pg_notify($1, $2)', values: [schema, ''] })
  }

  const announce = (): void => {
    ring()
    connected()
    isUntold = true
    if (current() === undefined || announcing !== undefined) return
    const wait = lastAnnounced + announceEveryMs - performance.now()
    if (wait <= 0) return send()
    announcing = setTimeout(send, wait)
    announcing.unref()
  }

  return {
    ring,
    rings,
    listen,
    announce,
    close: async () => {
      closed = true
      clearTimeout(announcing)
      await opening
      await session?.close()
    },
  }
}
