import { sharedRead, type ActiveKeysReader } from '@detrics/keys-projections'
import * as E from 'fp-ts/lib/Either.js'
import type { ReadError, Unreadable } from '@detrics/keys-domain'
import { withDeadline } from '../deadline.js'
import { whyUnread } from '../trouble.js'
import { notFresh, type Freshness, type FreshnessAnswer } from './freshness.js'

const deadlineMs = 250

/**
 * The exact case, a lease of length 0: every question is answered by a complete read of the log's tail that begins
 * after the question was asked. So whatever was committed before, anywhere, has been seen: a revocation may be answered
 * the moment it is committed. Those who ask at the same time share a read.
 */
export const exactFreshness = (
  reader: Pick<ActiveKeysReader, 'catchUp'>,
  tell: (cause: string | undefined) => void,
): Freshness => {
  const read = sharedRead(async (): Promise<FreshnessAnswer> =>
    E.match(
      (error: ReadError | Unreadable): FreshnessAnswer => notFresh(whyUnread(error)),
      (): FreshnessAnswer => 'fresh',
    )(await reader.catchUp()),
  )
  return {
    ensure: async () => {
      const answer = await withDeadline(read(), deadlineMs, () => notFresh('deadline'))
      tell(answer === 'fresh' ? undefined : answer.cause)
      return answer
    },
  }
}
