import type { FaultPlan } from './fault-injection.js'
import { turns } from './guarantee.js'
import { shareOf } from './random.js'

export interface FaultShares {
  /** Of all appends: the share that is not written, and the share whose reply is lost. */
  readonly notWritten: number
  readonly replyLost: number
  /** Of all reads: the share that fails. */
  readonly readFailed: number
  /** Of all appends: the share that is carried out some turns of the event loop later. */
  readonly delayed?: number
  /** Of all pages of the log: the share in which the last events are not settled yet. */
  readonly unsettled?: number
}

const delayTurnsMax = 8
const unsettledMax = 3

/** A plan that looks random and is repeated by its seed. */
export const seededFaults = (seed: number, shares: FaultShares): FaultPlan => {
  const { delayed = 0, unsettled = 0 } = shares
  const some = (salt: number, call: number, most: number): number =>
    1 + Math.floor(shareOf(seed ^ salt, call) * most)
  return {
    append: (call) => {
      const share = shareOf(seed, call)
      if (share < shares.notWritten) return 'not-written'
      return share < shares.notWritten + shares.replyLost ? 'reply-lost' : 'none'
    },
    read: (call) => (shareOf(~seed, call) < shares.readFailed ? 'failed' : 'none'),
    ...(delayed > 0 && {
      delayCommit: (call) =>
        turns(shareOf(seed ^ 0x5bd1, call) < delayed ? some(0x2f0b, call, delayTurnsMax) : 0),
    }),
    ...(unsettled > 0 && {
      unsettled: (call) => (shareOf(seed ^ 0x71c3, call) < unsettled ? some(0x49a5, call, unsettledMax) : 0),
    }),
  }
}

/** A plan that is made while the store runs. */
export interface FaultControls {
  readonly plan: FaultPlan
  /** The next calls fail with `Unavailable` and have no effect. */
  readonly failAppends: (calls: number) => void
  readonly failReads: (calls: number) => void
  /** The next append that is sent is answered `OutcomeUnknown` if it is stored. */
  readonly loseNextReply: () => void
  /** Appends from now on are carried out when the function that is returned is called. */
  readonly delayAppends: () => () => void
  /** Results of reads, and messages, from now on are handed out when the function that is returned is called. */
  readonly holdReads: () => () => void
  readonly holdMessages: () => () => void
}

export const faultControls = (): FaultControls => {
  let [appendsToFail, readsToFail, losesNext] = [0, 0, false]
  const [appends, reads, messages] = [gate(), gate(), gate()]
  return {
    plan: {
      append: () => {
        if (appendsToFail > 0) {
          appendsToFail -= 1
          return 'not-written'
        }
        const fault = losesNext ? 'reply-lost' : 'none'
        losesNext = false
        return fault
      },
      read: () => {
        if (readsToFail === 0) return 'none'
        readsToFail -= 1
        return 'failed'
      },
      delayCommit: appends.pass,
      holdRead: reads.pass,
      holdMessage: messages.pass,
    },
    failAppends: (calls) => void (appendsToFail = calls),
    failReads: (calls) => void (readsToFail = calls),
    loseNextReply: () => void (losesNext = true),
    delayAppends: appends.shut,
    holdReads: reads.shut,
    holdMessages: messages.shut,
  }
}

interface Gate {
  readonly pass: () => Promise<void>
  readonly shut: () => () => void
}

const gate = (): Gate => {
  let opened: Promise<void> = Promise.resolve()
  return {
    pass: () => opened,
    shut: () => {
      let open = (): void => undefined
      opened = new Promise((resolve) => (open = resolve))
      return () => open()
    },
  }
}
