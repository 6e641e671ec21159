import {
  parseKey,
  reveal,
  type Clock,
  type Digester,
  type KeyPrefixes,
  type PresentedKey,
  type UseContext,
  type UseOutcome,
  type UseRecorder,
} from '@detrics/keys-domain'
import type { ActiveKey, ActiveKeys } from '@detrics/keys-projections'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { Freshness } from './freshness/freshness.js'
import type { Keys, Verdict } from './keys.js'
import { cleanUseContext } from './use-context.js'

export interface VerificationPorts {
  readonly keys: Pick<ActiveKeys, 'find'>
  readonly freshness: Freshness
  readonly recorder: UseRecorder
  readonly digester: Digester
  readonly clock: Clock
  readonly prefixes: KeyPrefixes
}

type Judgement = { readonly outcome: 'unknown' } | { readonly outcome: UseOutcome; readonly key: ActiveKey }

const unavailable: Verdict = { _tag: 'Unavailable' }

/**
 * Grammar and checksum first, then freshness, then the verdict without any await in between. The use is stored before
 * the answer leaves, and the verdict that releases the action is taken again after that: what was revoked while
 * the use was being stored is refused.
 */
export const verification = (ports: VerificationPorts): Keys['verify'] => {
  const { freshness, recorder, clock } = ports

  const judgeFreshly = async (presented: PresentedKey): Promise<Judgement | undefined> =>
    (await freshness.ensure()) === 'fresh' ? judge(ports, presented) : undefined

  /** Answers for a key whose right secret was presented, after the use is stored. */
  const answer = async (
    presented: PresentedKey,
    { key, outcome }: Extract<Judgement, { readonly key: ActiveKey }>,
    context: UseContext,
  ): Promise<Verdict> => {
    const { workspaceId, keyId } = key
    const recorded = await recorder.record({ workspaceId, keyId, outcome, at: clock.now(), ...context })()
    // A refusal stands even when it could not be stored: to say "unavailable" would invite the caller to try again.
    if (outcome !== 'accepted') return refused(outcome)
    if (E.isLeft(recorded)) return unavailable
    const again = await judgeFreshly(presented)
    if (again === undefined) return unavailable
    if (again.outcome === 'accepted') return active(again.key)
    if (again.outcome === 'unknown') return refused(again.outcome)
    await recorder.record({ workspaceId, keyId, outcome: again.outcome, at: clock.now(), ...context })()
    return refused(again.outcome)
  }

  return (presented, use) => async () => {
    const parsed = parseKey(ports.prefixes, typeof presented === 'string' ? presented : reveal(presented))
    if (O.isNone(parsed)) return { _tag: 'Refused', reason: 'malformed' }
    const judgement = await judgeFreshly(parsed.value)
    if (judgement === undefined) return unavailable
    if (judgement.outcome === 'unknown') return refused(judgement.outcome)
    if (judgement.outcome === 'wrong-secret') {
      // The id is no secret, so anybody can cause this: it is counted for the key, and nothing more is kept.
      const { workspaceId, keyId } = judgement.key
      recorder.count({
        workspaceId,
        keyId,
        outcome: 'wrong-secret',
        action: wrongSecretAction,
        at: clock.now(),
      })
      return refused(judgement.outcome)
    }
    return answer(parsed.value, judgement, cleanUseContext(use))
  }
}

const wrongSecretAction = '(any)'

/** Compared with where there is no key, so that an unknown id takes as long as a wrong secret. */
const noDigest = { scheme: 'sha256', value: '0'.repeat(64) }

const judge = ({ keys, digester, clock }: VerificationPorts, { idPart, text }: PresentedKey): Judgement => {
  const key = keys.find(idPart)
  const isOwner = digester.matches(text, key?.digest ?? noDigest)
  if (key === undefined) return { outcome: 'unknown' }
  if (!isOwner) return { outcome: 'wrong-secret', key }
  const now = clock.now()
  if (key.revokedFrom <= now) return { outcome: 'revoked', key }
  return { outcome: key.expiresAt !== undefined && key.expiresAt <= now ? 'expired' : 'accepted', key }
}

const refused = (outcome: 'unknown' | UseOutcome): Verdict => ({
  _tag: 'Refused',
  reason: outcome === 'revoked' || outcome === 'expired' ? outcome : 'unknown',
})

const active = ({ workspaceId, keyId, name, expiresAt }: ActiveKey): Verdict => ({
  _tag: 'Active',
  workspaceId,
  keyId,
  name,
  ...(expiresAt === undefined ? {} : { expiresAt }),
})
