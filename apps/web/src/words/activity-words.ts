import type { ActivityEntry, UseOutcome } from '@detrics/keys-client'
import { actorWords, type Viewpoint } from './actor-words.js'
import type { Sentence } from './sentence.js'
import { exactWords } from './time-words.js'

export type Use = Extract<ActivityEntry, { readonly kind: 'used' }>
export type Change = Exclude<ActivityEntry, Use>

/** What happened, in one sentence. */
export const activityWords = (entry: ActivityEntry, from: Viewpoint): Sentence => {
  switch (entry.kind) {
    case 'used':
      return useWords(entry)
    case 'created':
      return [
        'Made by ',
        ...actorWords(entry.actor, from),
        ...origin(entry.origin.address),
        ...(entry.expiresAt === undefined ? [] : [`, expires ${exactWords(entry.expiresAt)}`]),
      ]
    case 'renamed':
      return [
        'Renamed to “',
        { said: entry.name ?? '' },
        '” by ',
        ...actorWords(entry.actor, from),
        ...origin(entry.origin.address),
      ]
    case 'revoked':
      return revocationWords(entry, from)
  }
}

const revocationWords = (
  { actor, effective, reason, note, origin: { address } }: Change,
  from: Viewpoint,
): Sentence => [
  'Revoked by ',
  ...actorWords(actor, from),
  ...origin(address),
  ...(typeof effective === 'number' ? [` as of ${exactWords(effective)}`] : []),
  `: ${reason ?? 'requested'}`,
  ...(note === undefined ? [] : [' — “', { said: note }, '”']),
]

const useWords = ({ action, client, address, outcome, count }: Use): Sentence => [
  ...(outcome === 'wrong-secret'
    ? ['A wrong secret was presented for ']
    : [outcome === 'accepted' ? 'Used for ' : 'Tried for ']),
  { said: action },
  ...(client === undefined ? [] : [' by ', { said: client }]),
  ...origin(address),
  ` — ${outcomeWords[outcome]}${count === 1 ? '' : `, ${count.toLocaleString('en')} times`}`,
]

const origin = (address: string | undefined): Sentence =>
  address === undefined ? [] : [' from ', { said: address }]

const outcomeWords: Readonly<Record<UseOutcome, string>> = {
  accepted: 'accepted',
  revoked: 'refused, the key was revoked',
  expired: 'refused, the key had expired',
  'wrong-secret': 'refused',
}

/** What makes an attempt stand out; undefined for what is as it should be. */
export const warningOf = (entry: ActivityEntry): string | undefined =>
  entry.kind === 'used' ? warnings[entry.outcome] : undefined

const warnings: Readonly<Record<UseOutcome, string | undefined>> = {
  accepted: undefined,
  revoked: 'After revocation',
  expired: 'After expiry',
  'wrong-secret': 'Wrong secret',
}
