import type { IdentityClock } from '../clock.js'
import type { Member } from '../principal.js'
import { digestOf, randomId } from './random-id.js'
import { shortLived } from './short-lived.js'

/** The members who are signed in, in the memory of this process: a restart signs everybody out. */
export interface Sessions {
  /** Begins a session under a new id, which only the member's browser has. */
  readonly begin: (member: Member) => string
  /** Whose session it is, if it runs; asking counts as use. */
  readonly memberIn: (id: string) => Member | undefined
  readonly end: (id: string) => void
}

const sessionsMax = 10_000
/** What the provider takes from a member holds here after so long. */
const lifeMs = 60 * 60_000
/** A browser that nobody uses. */
const idleMsMax = 30 * 60_000

interface Session {
  readonly member: Member
  usedMs: number
}

export const openSessions = ({ monotonicMs }: Pick<IdentityClock, 'monotonicMs'>): Sessions => {
  const sessions = shortLived<Session>({ entriesMax: sessionsMax, lifeMs, monotonicMs })
  return {
    begin: (member) => {
      const id = randomId()
      sessions.put(digestOf(id), { member, usedMs: monotonicMs() })
      return id
    },
    memberIn: (id) => {
      const session = sessions.get(digestOf(id))
      if (session === undefined || monotonicMs() - session.usedMs >= idleMsMax) return undefined
      session.usedMs = monotonicMs()
      return session.member
    },
    end: (id) => {
      sessions.remove(digestOf(id))
    },
  }
}
