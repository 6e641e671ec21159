import type { ActivityEntry } from '@detrics/keys-client'
import type { Use } from './activity-words.js'
import { dayOf, dayWords, type Place } from './time-words.js'

/** Entries that follow each other on one day. */
export interface Day {
  readonly id: string
  readonly label: string
  readonly entries: ReadonlyArray<ActivityEntry>
}

/**
 * Puts entries under the days of the person who reads. Their order is that of the log and is kept: a day comes a second
 * time where the log goes back, as it does when something was put on record late.
 */
export const byDay = (
  entries: ReadonlyArray<ActivityEntry>,
  now: number,
  place: Place = {},
): ReadonlyArray<Day> => {
  const days: { id: string; day: string; label: string; entries: ActivityEntry[] }[] = []
  for (const entry of entries) {
    const day = dayOf(whenOf(entry), place)
    const last = days.at(-1)
    if (last?.day === day) last.entries.push(entry)
    else
      days.push({
        id: `${day} ${entry.sequence}`,
        day,
        label: dayWords(whenOf(entry), now, place),
        entries: [entry],
      })
  }
  return days
}

/** When an entry happened; for uses that were recorded together, when the last of them did. */
export const whenOf = (entry: ActivityEntry): ActivityEntry['occurredAt'] =>
  entry.kind === 'used' ? entry.lastAt : entry.occurredAt

/** Uses of a key that differ in nothing but their time. */
export interface UseGroup {
  readonly id: string
  readonly action: string
  readonly client: string | undefined
  readonly address: string | undefined
  readonly accepted: number
  /** Attempts with the right secret after the key had ended. */
  readonly refused: number
  readonly firstAt: Use['occurredAt']
  readonly lastAt: Use['occurredAt']
}

export interface UseSummary {
  readonly groups: ReadonlyArray<UseGroup>
  readonly accepted: number
  readonly refused: number
  /** Attempts that named the key and had not its secret: whoever made them does not hold the key. */
  readonly wrongSecrets: number
}

/** Sums uses by who used what from where; those with attempts after the end first, then the latest first. */
export const summarised = (entries: ReadonlyArray<ActivityEntry>): UseSummary => {
  const groups = new Map<string, UseGroup>()
  let wrongSecrets = 0
  for (const entry of entries) {
    if (entry.kind !== 'used') continue
    if (entry.outcome === 'wrong-secret') {
      wrongSecrets += entry.count
      continue
    }
    const id = JSON.stringify([entry.action, entry.client, entry.address])
    groups.set(id, added(groups.get(id), groupOf(id, entry)))
  }
  const all = Array.from(groups.values())
  return {
    groups: all.sort((a, b) => Number(b.refused > 0) - Number(a.refused > 0) || b.lastAt - a.lastAt),
    accepted: all.reduce((sum, { accepted }) => sum + accepted, 0),
    refused: all.reduce((sum, { refused }) => sum + refused, 0),
    wrongSecrets,
  }
}

const groupOf = (
  id: string,
  { action, client, address, outcome, count, occurredAt, lastAt }: Use,
): UseGroup => {
  const isAccepted = outcome === 'accepted'
  return {
    id,
    action,
    client,
    address,
    accepted: isAccepted ? count : 0,
    refused: isAccepted ? 0 : count,
    firstAt: occurredAt,
    lastAt,
  }
}

const added = (before: UseGroup | undefined, after: UseGroup): UseGroup =>
  before === undefined
    ? after
    : {
        ...before,
        accepted: before.accepted + after.accepted,
        refused: before.refused + after.refused,
        firstAt: before.firstAt < after.firstAt ? before.firstAt : after.firstAt,
        lastAt: before.lastAt > after.lastAt ? before.lastAt : after.lastAt,
      }
