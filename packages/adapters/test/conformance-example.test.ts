import { describe, expect, test } from '@jest/globals'
import { eventStoreKit, lostReplies } from '@detrics/keys-adapters/conformance'
import type { EventStoreHarness } from '@detrics/keys-adapters/conformance'
import { memoryEventStore } from '@detrics/keys-adapters/memory'

const replies = lostReplies()
const open = async () => replies.around(memoryEventStore())

const harness: EventStoreHarness = {
  name: 'my event store',
  // It lives in one process: its log is gone with its handle, appends do not overlap, and there is no server.
  absent: ['persistent', 'overlappingAppends', 'connection'],
  open,
  reopen: open,
  loseNextReply: replies.loseNextReply,
}

describe('my event store', () => {
  test.each(eventStoreKit())('$guarantee', async ({ run }) => {
    await expect(run(harness)).resolves.toBeUndefined()
  })
})
