import { openKeys, type Keys } from '@detrics/keys'
import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import { createApi, developmentIdentity } from '@detrics/keys-api'
import {
  at,
  batchLimitMax,
  encodeKeyRingEvent,
  keyRingStream,
  noStream,
  revision,
  type EventId,
  type Instant,
  type KeyId,
  type NewEvent,
  type WorkspaceId,
} from '@detrics/keys-domain'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as RNEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Browser } from 'playwright-core'
import { v7 } from 'uuid'
import { launchBrowser } from '../support/browser.js'
import { pagePath, watched } from './world.js'

/* What a person waits for. Figures that depend on the machine are printed; the bounds leave it room. */
const keysInWorkspace = 10_000
const weightMax = 150_000
const firstListMsMax = 1_000
const attempts = 5

let keys: Keys
let api: ReturnType<typeof createApi>
let url: string
let browser: Browser

const created = (n: number): NewEvent =>
  encodeKeyRingEvent(
    v7() as EventId,
    {
      type: 'KeyCreated',
      keyId: v7() as KeyId,
      name: `Key ${n}`,
      digest: { scheme: 'sha256', value: '0'.repeat(64) },
    },
    {
      actor: { type: 'system', reason: 'test' },
      occurredAt: Date.now() as Instant,
      correlationId: v7(),
      origin: {},
    },
  )

beforeAll(async () => {
  const events = memoryEventStore()
  const opened = await openKeys({ store: { events, trail: memoryAuditTrailStore() } })()
  if (opened._tag === 'Left') throw new Error(opened.left.reason)
  keys = opened.right
  // Into the log as they would have come, a thousand at a time.
  for (let from = 0; from < keysInWorkspace; from += batchLimitMax) {
    const batch = RNEA.map((n: number) => created(from + n))(RNEA.range(1, batchLimitMax))
    const after = from === 0 ? noStream : at(revision(BigInt(from - 1)))
    const appended = await events.append(keyRingStream('demo-a' as WorkspaceId), after, batch)()
    if (appended._tag === 'Left') throw new Error(appended.left._tag)
  }
  const page = { folder: `${process.cwd()}/apps/web/dist` }
  api = createApi({ keys, identity: developmentIdentity, log: process.stderr, page })
  url = await api.listen({ host: '127.0.0.1', port: 0 })
  browser = await launchBrowser()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await api?.close()
  await keys?.close()
})

test(`everything that the page loads is at most ${weightMax / 1_000} kB as sent`, async () => {
  const { page, context } = await watched(browser)
  const session = await context.newCDPSession(page)
  await session.send('Network.enable')
  const urls = new Map<string, string>()
  let bytes = 0
  const seen: string[] = []
  session.on('Network.responseReceived', ({ requestId, response }) => urls.set(requestId, response.url))
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes += encodedDataLength
    seen.push(`${new URL(urls.get(requestId) ?? url).pathname} ${encodedDataLength}`)
  })
  await page.goto(`${url}${pagePath}`, { waitUntil: 'networkidle' })
  process.stdout.write(`page weight, headers and first list included: ${bytes} bytes: ${seen.join(', ')}\n`)
  expect(seen.some((line) => line.includes('.js'))).toBe(true)
  expect(bytes).toBeLessThanOrEqual(weightMax)
  // From here and from nowhere else.
  expect([...urls.values()].filter((from) => !from.startsWith(url))).toEqual([])
  await context.close()
})

test(`with ${keysInWorkspace} keys in the workspace the first list is in sight within ${firstListMsMax} ms`, async () => {
  const waited: number[] = []
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    // A browser that has never been here: nothing is in its cache.
    const { page, context } = await watched(browser)
    const started = performance.now()
    await page.goto(`${url}${pagePath}?workspace=demo-a`, { waitUntil: 'commit' })
    await page.getByRole('rowheader', { name: `Key ${keysInWorkspace}` }).waitFor()
    waited.push(Math.round(performance.now() - started))
    await context.close()
  }
  process.stdout.write(`first list in sight after ${waited.join(', ')} ms\n`)
  expect(Math.min(...waited)).toBeLessThanOrEqual(firstListMsMax)
})
