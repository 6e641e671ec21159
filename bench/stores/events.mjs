/** Events of about 350 bytes with ids of version 7, as uses of keys are. The same for every way that is measured. */
import { v7 } from 'uuid'

const data = JSON.stringify({
  keyId: '0192f0c5-7b3a-7c31-8a44-c0ffee000001',
  action: 'tools/call review_activity',
  client: 'agent/1.0.0',
  address: '203.0.113.7',
  outcome: 'accepted',
  firstAt: 1_763_900_000_000,
  lastAt: 1_763_900_000_900,
  count: 3,
})
const metadata = JSON.stringify({
  actor: { type: 'system', reason: 'bench' },
  occurredAt: 1_763_900_000_950,
  correlationId: '0192f0c5-7b3a-7c31-8a44-c0ffee000002',
})

export const newEvent = () => ({ id: v7(), type: 'UsesRecorded', schema: 1, data, metadata })

export const batchOf = (size) => Array.from({ length: size }, newEvent)
