/** How often something may happen to one subject, in a window that begins with the first time. */
export interface Limit {
  readonly countMax: number
  readonly windowMs: number
  /** How many subjects are remembered; see `windowCounter` for what happens beyond. */
  readonly subjectsMax: number
}

/** How many requests of a kind may be under way, and how late in a turn of the event loop one may be taken in. */
export interface Room {
  readonly inFlightMax: number
  readonly turnMsMax: number
}

export type RoomName = 'revocation' | 'verification' | 'rest'

export interface Limits {
  /** Credentials that were not accepted, per client address: whoever guesses is slowed down. */
  readonly failures: Limit
  /** New secrets, per workspace and member: a stolen session cannot fill a workspace with keys. */
  readonly mintings: Limit
  /** Every kind has a room of its own, so a flood of one kind takes no place of another. */
  readonly rooms: Readonly<Record<RoomName, Room>>
  /**
   * Connections, whatever they do; the next one is closed as soon as it is made. Fewer than the 1,024 sockets that Node
   * looks at in one go: with that many to read it looks again at once, and what is under way comes to no end.
   */
  readonly connectionsMax: number
}

const minute = 60_000

/** Every limit there is. They are measured, not chosen by the operator: `npm run soak` shows what they hold. */
export const standardLimits: Limits = {
  failures: { countMax: 60, windowMs: minute, subjectsMax: 10_000 },
  mintings: { countMax: 30, windowMs: minute, subjectsMax: 10_000 },
  rooms: {
    // A revocation waits for its turn, however long the turn is.
    revocation: { inFlightMax: 64, turnMsMax: Number.POSITIVE_INFINITY },
    // Uses that arrive together are stored together, so many at once cost little.
    verification: { inFlightMax: 256, turnMsMax: 1_000 },
    rest: { inFlightMax: 32, turnMsMax: 500 },
  },
  connectionsMax: 1_000,
}
