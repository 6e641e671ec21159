import type { Instant } from '@detrics/keys-client'
import { instantOf } from './expiry.js'
import { dayMs } from './time-words.js'

/** When a key that is replaced ends. */
export type Retirement = 'now' | '1-hour' | '24-hours' | '7-days'

export const retirements: ReadonlyArray<{
  readonly value: Retirement
  readonly label: string
  readonly hint?: string
}> = [
  { value: 'now', label: 'Now', hint: 'Agents are refused until they have the new key.' },
  { value: '1-hour', label: 'In 1 hour' },
  { value: '24-hours', label: 'In 24 hours' },
  { value: '7-days', label: 'In 7 days' },
]

const afterMs: Readonly<Record<Exclude<Retirement, 'now'>, number>> = {
  '1-hour': dayMs / 24,
  '24-hours': dayMs,
  '7-days': 7 * dayMs,
}

/**
 * The instant of a choice. “Now” is said as the time when the key was made: that has passed by the clock of the server,
 * whatever the clock here says, and what has passed ends the key at once.
 */
export const retiresAt = (
  retirement: Retirement,
  { openedAt, createdAt }: { readonly openedAt: number; readonly createdAt: Instant },
): Instant | undefined => (retirement === 'now' ? createdAt : instantOf(openedAt + afterMs[retirement]))
