import type { ClientError } from '@detrics/keys-client'

export const refreshMs = 5_000
const refreshMsMax = 60_000

/** How long to wait until the next refresh: longer after each failure, and never less than the API asks for. */
export const nextRefreshMs = (
  failures: number,
  error: ClientError | undefined,
  intervalMs = refreshMs,
): number => {
  const backedOff = Math.min(intervalMs * 2 ** Math.min(failures, 10), Math.max(refreshMsMax, intervalMs))
  const asked = error?._tag === 'ProblemReply' ? (error.retryAfterSeconds ?? 0) * 1_000 : 0
  return Math.max(backedOff, asked)
}
