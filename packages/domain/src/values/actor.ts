import * as t from 'io-ts'
import { KeyId } from './key-id.js'

export interface MemberIdBrand {
  readonly MemberId: unique symbol
}

const memberIdPattern = /^[^\p{C}]{1,256}$/u

/** A member's id as the identity provider gives it: 1–256 characters, none of them a control character. */
export const MemberId = t.brand(
  t.string,
  (s): s is t.Branded<string, MemberIdBrand> => memberIdPattern.test(s),
  'MemberId',
)
export type MemberId = t.TypeOf<typeof MemberId>

/** Who caused an event: a member, a key (an agent that acts with it), or the system, which states its reason. */
export const Actor = t.union(
  [
    t.readonly(t.strict({ type: t.literal('member'), memberId: MemberId })),
    t.readonly(t.strict({ type: t.literal('key'), keyId: KeyId })),
    t.readonly(t.strict({ type: t.literal('system'), reason: t.string })),
  ],
  'Actor',
)
export type Actor = t.TypeOf<typeof Actor>
