import { jitterMs } from '../shared/task.js'
import type { Client } from './client.js'

/** Rings when there may be something new in the log, as long as somebody waits for it. */
export interface Watch {
  /** As the bell wants it: begins to ring, until the function that it returns is called. */
  readonly whileListened: (ring: () => void) => () => void
  readonly close: () => void
}

/** The truth, where a subscription is lost without a word. */
const pollMs = 500
/** Waits are short and many: the subscription stays for the next one. */
const lingerMs = 5_000
const retryBaseMs = 50
const retryCapMs = 5_000

/**
 * Listens to the server by a subscription from the end, which is only a hint. The client does not take it up again
 * after any fault, so that is done here; and since it says when it stands, what was appended before is not missed.
 */
export const watchStreams = (client: Client, namePrefix: string): Watch => {
  let rung = (): void => undefined
  let stopListening: (() => void) | undefined
  let retry: NodeJS.Timeout | undefined
  let linger: NodeJS.Timeout | undefined
  let failures = 0
  let isClosed = false

  const listen = (): void => {
    retry = undefined
    stopListening = client.listen(namePrefix, {
      heard: () => {
        failures = 0
        rung()
      },
      dropped: () => {
        failures += 1
        stopListening = undefined
        retry = unrefTimer(listen, jitterMs(failures, retryBaseMs, retryCapMs))
      },
    })
  }
  const end = (): void => {
    clearTimeout(retry)
    clearTimeout(linger)
    retry = undefined
    stopListening?.()
    stopListening = undefined
  }

  return {
    whileListened: (ring) => {
      clearTimeout(linger)
      rung = ring
      if (!isClosed && stopListening === undefined && retry === undefined) listen()
      const poll = setInterval(ring, pollMs)
      poll.unref()
      return () => {
        clearInterval(poll)
        // It goes on ringing, though nobody listens: who reads meanwhile counts the rings.
        linger = unrefTimer(end, isClosed ? 0 : lingerMs)
      }
    },
    close: () => {
      isClosed = true
      end()
    },
  }
}

const unrefTimer = (work: () => void, ms: number): NodeJS.Timeout => setTimeout(work, ms).unref()
