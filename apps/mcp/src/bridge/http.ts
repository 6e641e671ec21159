import { isLeft } from 'fp-ts/lib/Either.js'
import { unauthorizedMessage } from '../sentences.js'
import { KeyUnusable } from './answers.js'
import { isSendable, type KeySource } from './key-source.js'

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/** How long the endpoint may take to begin an answer. */
const answerMsMax = 120_000

/**
 * Presents the key with each request, read anew each time, and gives up on an endpoint that does not begin to
 * answer. The clock stops with the first byte, since a stream may stay open as long as it wants.
 */
export const withKey =
  (key: KeySource, userAgent: () => string, fetchOnce: Fetch = fetch): Fetch =>
  async (url, init = {}) => {
    const found = await key()
    if (isLeft(found)) throw new KeyUnusable(found.left)
    if (!isSendable(found.right)) throw new KeyUnusable(unauthorizedMessage)
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${found.right}`)
    headers.set('user-agent', userAgent())
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(), answerMsMax)
    const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal
    try {
      return await fetchOnce(url, { ...init, headers, signal })
    } finally {
      clearTimeout(timer)
    }
  }
