import { Secret, type KeyWatch, type Keys, type Verdict } from '@detrics/keys'
import type { AuthInfo } from '@modelcontextprotocol/server'
import { planOf } from './plan.js'
import { unauthorized, unavailable } from './replies.js'
import type { Sender } from './uses.js'

/** What a verification says of the key that a request presented. */
export type KeyHolder = Extract<Verdict, { _tag: 'Active' }>

/** A request that may be carried out. */
export interface Pass {
  readonly _tag: 'Pass'
  readonly holder: KeyHolder
  /** For the SDK's handlers. Its token is the key's id: the secret goes no further than the gate. */
  readonly authInfo: AuthInfo
  /** The request anew, with its body unread and without its key; aborts when the sender leaves or the key ends. */
  readonly request: Request
  /** The body as it was parsed and searched; to be used instead of parsing it again. */
  readonly body: unknown
  /** Fires when the key has ended; to be released when the response is finished. */
  readonly watch: KeyWatch
}

/** What the network layer knows and the request does not say. */
export interface Caller {
  /** Of the socket. What a header claims about it is not evidence. */
  readonly address?: string
}

/**
 * Lets a request through or answers it. Every message of a request is verified before any of them is carried out,
 * and `verify` resolves only when the use is on record, so that no call can happen that the audit trail lacks.
 */
export type Gate = (request: Request, caller?: Caller) => Promise<Response | Pass>

export const createGate =
  (keys: Pick<Keys, 'verify' | 'watch'>): Gate =>
  async (request, caller = {}) => {
    const presented = bearerOf(request.headers)
    if (presented === undefined) return unauthorized()
    const plan = await planOf(request, senderOf(request.headers, caller))
    // All at once, so that the uses of a batch share one write.
    const verdicts = await Promise.all(plan.uses.map((use) => keys.verify(presented, use)()))
    const holder = judge(verdicts)
    if (holder instanceof Response) return holder
    return plan.refusal ?? pass(request, plan.body, holder, keys.watch(holder.keyId))
  }

const judge = (verdicts: ReadonlyArray<Verdict>): Response | KeyHolder => {
  if (verdicts.some(({ _tag }) => _tag === 'Refused')) return unauthorized()
  const [first] = verdicts
  return first?._tag === 'Active' && verdicts.every(({ _tag }) => _tag === 'Active') ? first : unavailable()
}

const bearer = /^Bearer +([\x21-\x7e]+) *$/i

const bearerOf = (headers: Headers): Secret | undefined => {
  const presented = bearer.exec(headers.get('authorization') ?? '')?.[1]
  return presented === undefined ? undefined : new Secret(presented)
}

const senderOf = (headers: Headers, { address }: Caller): Sender => {
  const userAgent = headers.get('user-agent')
  return { ...(userAgent === null ? {} : { userAgent }), ...(address === undefined ? {} : { address }) }
}

const pass = (
  request: Request,
  body: { readonly text: string; readonly value: unknown } | undefined,
  holder: KeyHolder,
  watch: KeyWatch,
): Pass => {
  const headers = new Headers(request.headers)
  headers.delete('authorization')
  const signal = AbortSignal.any([request.signal, watch.signal])
  const { url, method } = request
  return {
    _tag: 'Pass',
    holder,
    authInfo: authInfoOf(holder),
    request: new Request(url, {
      method,
      headers,
      signal,
      ...(body === undefined ? {} : { body: body.text }),
    }),
    body: body?.value,
    watch,
  }
}

const authInfoOf = ({ keyId, workspaceId, expiresAt }: KeyHolder): AuthInfo => ({
  token: keyId,
  clientId: keyId,
  scopes: [],
  // In seconds. A key without an expiry states a far one, since the SDK's own checks take none for a fault.
  expiresAt: expiresAt === undefined ? Number.MAX_SAFE_INTEGER : Math.floor(expiresAt / 1000),
  extra: { workspaceId },
})
