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
const tellEveryMs = 10
const reconnectMs = 500

/** A hint needs no disk; and the session does nothing else. */
export const wakeUpSettings = 'SET synchronous_commit = off;'

/**
 * Messages go over a session of their own and never inside an append: PostgreSQL commits those that notify one by one.
 * The session is opened when somebody waits, or when there is something to tell, and again after a loss.
 */
export const wakeUp = (open: () => Promise<E.Either<Fault, Session>>, schema: string): WakeUp => {
  const line = messageLine(open, schema)
  const { ring, rings, listen } = bell((ringBell) => {
    const look = (): void => {
      line.connect(ringBell)
      ringBell()
    }
    line.connect(ringBell)
    const timer = setInterval(look, pollMs)
    timer.unref()
    return () => clearInterval(timer)
  })
  const announce = (): void => {
    ring()
    line.tell(ring)
  }
  return { ring, rings, listen, announce, close: line.close }
}

/** The session for messages. `heard` is called for each that comes. */
interface MessageLine {
  readonly connect: (heard: () => void) => void
  readonly tell: (heard: () => void) => void
  readonly close: () => Promise<void>
}

const messageLine = (open: () => Promise<E.Either<Fault, Session>>, schema: string): MessageLine => {
  let session: Session | undefined
  let opening: Promise<void> | undefined
  let notBefore = 0
  let closed = false
  let lastTold = 0
  let telling: NodeJS.Timeout | undefined
  /** Something is to be told, and there was no session for it. */
  let isUntold = false

  const current = (): Session | undefined => (session?.isLost() === true ? undefined : session)

  const openSession = async (heard: () => void): Promise<void> => {
    notBefore = performance.now() + reconnectMs
    const opened = await open()
    if (E.isLeft(opened)) return
    const listening = await opened.right.script(`LISTEN ${schema}`)
    if (closed || E.isLeft(listening)) return opened.right.close()
    session = opened.right
    session.onNotification(heard)
    if (isUntold) send()
  }

  const connect = (heard: () => void): void => {
    if (current() !== undefined || closed || performance.now() < notBefore) return
    opening ??= openSession(heard).finally(() => (opening = undefined))
  }

  const send = (): void => {
    telling = undefined
    lastTold = performance.now()
    isUntold = current() === undefined
    void current()?.run({ name: 'tell', text: 'SELECT pg_notify($1, $2)', values: [schema, ''] })
  }

  const tell = (heard: () => void): void => {
    connect(heard)
    isUntold = true
    if (current() === undefined || telling !== undefined) return
    const wait = lastTold + tellEveryMs - performance.now()
    if (wait <= 0) return send()
    telling = setTimeout(send, wait)
    telling.unref()
  }

  const close = async (): Promise<void> => {
    closed = true
    clearTimeout(telling)
    await opening
    await session?.close()
  }

  return { connect, tell, close }
}
