import type { UseContext, Verdict } from '@detrics/keys'
import { problem } from '@detrics/keys-client/contract'
import { pipe } from 'fp-ts/lib/function.js'
import * as T from 'fp-ts/lib/Task.js'
import * as E from 'fp-ts/lib/Either.js'
import type { Answer, Call, Handler } from '../call.js'

export const verifyKey: Handler<'verifyKey'> = (call) =>
  pipe(
    call.keys.verify(call.body.key, useOf(call)),
    T.map((verdict) =>
      verdict._tag === 'Unavailable'
        ? E.left(problem('verification_unavailable'))
        : E.right({ body: shownVerdict(verdict) }),
    ),
  )

/** What a service says of its client counts; the service's own address and program are not those of the agent. */
const useOf = ({
  caller,
  body: { action, client, address },
  origin,
}: Pick<Call<'verifyKey'>, 'caller' | 'body' | 'origin'>): UseContext => {
  const own = caller.type === 'service' ? {} : origin
  const from = { client: client ?? own.userAgent, address: address ?? own.address }
  return {
    action,
    ...(from.client === undefined ? {} : { client: from.client }),
    ...(from.address === undefined ? {} : { address: from.address }),
  }
}

/** Why a key is refused is said only to whoever has presented its right secret. */
const shownVerdict = (
  verdict: Exclude<Verdict, { readonly _tag: 'Unavailable' }>,
): Answer<'verifyKey'>['body'] => {
  if (verdict._tag === 'Active') {
    const { _tag, ...rest } = verdict
    return { active: true, ...rest }
  }
  const { reason } = verdict
  return { active: false, reason: reason === 'revoked' || reason === 'expired' ? reason : 'unauthorized' }
}
