import { openKeys, type Clock, type Keys, type MemberId, type WorkspaceId } from '@detrics/keys'
import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import { createApi, standardLimits, type Identity } from '@detrics/keys-api'
import {
  activityStream,
  at,
  encodeKeyRingEvent,
  encodeUses,
  keyRingStream,
  noStream,
  revision,
  type EventId,
  type EventStore,
  type Instant,
  type KeyId,
  type KeyRingEvent,
  type NewEvent,
  type StreamId,
} from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../support/browser.js'
import { stories, type Happening, type StoryName } from './stories.js'
import { watched, type Person } from './world.js'

/** It is always this time on the stage, for the server and for the page, so that what is seen is the same each day. */
export const present = Date.UTC(2026, 2, 12, 10, 24) as Instant

/** The page with its API in this process: what has happened before is written by the test, and so is who looks. */
export interface Stage {
  readonly url: string
  readonly browser: Browser
  /** Writes a story into a workspace of its own. */
  readonly tell: (workspaceId: string, story: StoryName) => Promise<void>
  /** A browser of somebody; undefined is whoever is not signed in. */
  readonly visitor: (
    looksAs: Looking | undefined,
    context?: Parameters<Browser['newContext']>[0],
  ) => Promise<Person>
  readonly close: () => Promise<void>
}

/** Who looks at the page: a member of these workspaces. */
export interface Looking {
  readonly workspaces: ReadonlyArray<{
    readonly workspaceId: string
    readonly name: string
    readonly role: 'manager' | 'viewer'
  }>
}

const clock: Clock = {
  now: () => present,
  monotonicMs: () => performance.now(),
  pause: (msMax) => () => delay(msMax / 2),
}

const memberHeader = 'x-looks-as'

/** Believes whatever the test says of who asks. */
const identity: Identity = {
  identify: ({ headers: { [memberHeader]: looksAs } }) =>
    Promise.resolve(
      typeof looksAs === 'string'
        ? E.right({
            type: 'member' as const,
            memberId: 'manager' as MemberId,
            name: 'Member',
            signedInBy: 'session' as const,
            workspaces: (JSON.parse(looksAs) as Looking).workspaces.map((workspace) => ({
              ...workspace,
              workspaceId: workspace.workspaceId as WorkspaceId,
            })),
          })
        : E.left('unauthenticated' as const),
    ),
}

export const openStage = async (): Promise<Stage> => {
  const events = memoryEventStore()
  const opened = await openKeys({ store: { events, trail: memoryAuditTrailStore() }, clock })()
  if (E.isLeft(opened)) throw new Error(opened.left.reason)
  const keys = opened.right
  const { api, url } = await serve(keys)
  const browser = await launchBrowser()
  return {
    url,
    browser,
    tell: (workspaceId, story) => write(events, workspaceId as WorkspaceId, stories[story]),
    visitor: async (looksAs, context = {}) => {
      const headers: Record<string, string> =
        looksAs === undefined ? {} : { [memberHeader]: JSON.stringify(looksAs) }
      const person = await watched(browser, {
        locale: 'en-GB',
        timezoneId: 'UTC',
        extraHTTPHeaders: headers,
        ...context,
      })
      await person.context.clock.setFixedTime(present)
      return person
    },
    close: async () => {
      await browser.close()
      await api.close()
      await keys.close()
    },
  }
}

/** With room for a machine that is busy with other things: what the page makes of a refusal is tested by itself. */
const serve = async (keys: Keys) => {
  const { rooms } = standardLimits
  const api = createApi({
    keys,
    identity,
    log: process.stderr,
    page: { folder: `${process.cwd()}/apps/web/dist` },
    publicMcpUrl: 'https://mcp.detrics.example/mcp',
    limits: {
      ...standardLimits,
      rooms: { ...rooms, rest: { ...rooms.rest, turnMsMax: Number.POSITIVE_INFINITY } },
    },
  })
  return { api, url: await api.listen({ host: '127.0.0.1', port: 0 }) }
}

const write = async (
  events: EventStore,
  workspaceId: WorkspaceId,
  story: ReadonlyArray<Happening>,
): Promise<void> => {
  const lengths = new Map<StreamId, number>()
  for (const [i, happening] of story.toSorted((a, b) => b.ago - a.ago).entries()) {
    const isUse = happening.kind === 'used'
    const stream = isUse ? activityStream(workspaceId, 'story') : keyRingStream(workspaceId)
    const length = lengths.get(stream) ?? 0
    const after = length === 0 ? noStream : at(revision(BigInt(length - 1)))
    const event = eventOf(workspaceId, happening, i)
    const appended = await events.append(stream, after, [event])()
    if (E.isLeft(appended)) throw new Error(appended.left._tag)
    lengths.set(stream, length + 1)
  }
}

const before = (ms: number): Instant => (present - ms) as Instant

const eventOf = (workspaceId: WorkspaceId, happening: Happening, i: number): NewEvent => {
  const id = uuidOf(`${workspaceId} event ${i}`) as EventId
  const keyId = keyIdOf(workspaceId, happening.key)
  if (happening.kind === 'used') {
    const { action, client, address, outcome = 'accepted', count = 1, ago } = happening
    const [lastAt, firstAt] = [before(ago), before(ago + (count - 1) * 50)]
    const said = {
      ...(client === undefined ? {} : { client }),
      ...(address === undefined ? {} : { address }),
    }
    return encodeUses(id, { keyId, action, outcome, count, firstAt, lastAt, ...said })
  }
  return encodeKeyRingEvent(id, ringEvent(keyId, happening), {
    actor: { type: 'member', memberId: memberOf(happening) as MemberId },
    occurredAt: before(happening.ago),
    correlationId: id,
    origin: { address: '203.0.113.24' },
  })
}

const memberOf = (happening: Happening): string =>
  'by' in happening ? (happening.by ?? 'manager') : 'manager'

const ringEvent = (keyId: KeyId, happening: Exclude<Happening, { readonly kind: 'used' }>): KeyRingEvent => {
  switch (happening.kind) {
    case 'made': {
      const { name = happening.key, expiresIn } = happening
      const digest = { scheme: 'sha256', value: '0'.repeat(64) }
      const expiry = expiresIn === undefined ? {} : { expiresAt: before(-expiresIn) }
      return { type: 'KeyCreated', keyId, name, digest, ...expiry }
    }
    case 'renamed':
      return { type: 'KeyRenamed', keyId, name: happening.name }
    case 'revoked': {
      const { reason = 'requested', note, endsIn } = happening
      const effective = endsIn === undefined ? 'immediately' : before(-endsIn)
      return { type: 'KeyRevoked', keyId, effective, reason, ...(note === undefined ? {} : { note }) }
    }
  }
}

/** The id of a key of a story, the same each time; newer keys have greater ones, as lists expect. */
export const keyIdOf = (workspaceId: string, key: string): KeyId => {
  const made = Object.values(stories)
    .flat()
    .find((happening) => happening.kind === 'made' && happening.key === key)
  return uuidOf(`${workspaceId} key ${key}`, before(made?.ago ?? 0)) as KeyId
}

/** A UUID v7 of an instant, of which all other digits come from the text. */
const uuidOf = (text: string, instant: number = present): string => {
  const time = instant.toString(16).padStart(12, '0')
  const rest = createHash('sha256').update(text).digest('hex')
  return `${time}${rest}`.replace(/^(.{8})(.{4})(.{3})(.{3})(.{12}).*$/, '$1-$2-7$3-8$4-$5')
}
