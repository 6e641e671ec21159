import type { Key, KeyId, MemberId } from '@detrics/keys-client'
import type { Sentence } from './sentence.js'

export type Actor = Key['createdBy']

export interface Viewpoint {
  /** Who reads. */
  readonly memberId: MemberId
  readonly nameOf: (keyId: KeyId) => string
}

/** Who did something, as the person who reads would say it. */
export const actorWords = (actor: Actor, { memberId, nameOf }: Viewpoint): Sentence => {
  switch (actor.type) {
    case 'member':
      return actor.memberId === memberId ? ['you'] : [{ said: actor.memberId }]
    case 'key':
      return ['the key “', { said: nameOf(actor.keyId) }, '”']
    case 'system':
      return ['the system (', { said: actor.reason }, ')']
  }
}
