import {
  defaultKeyPrefixes,
  encodeKeyRingEvent,
  keyRingStream,
  reveal,
  ringCache,
  type CommandContext,
  type Environment,
  type KeyRingEvent,
  type NewEvent,
  type RequestMark,
} from '@detrics/keys-domain'
import { crc32 } from '../../src/secret/crc32.js'
import { eventId, instant, keyId, metadata, workspace } from '../support.js'
import { scriptedStore, type ScriptedStore } from './scripted-store.js'

export const acme = workspace('acme')
export const acmeStream = keyRingStream(acme)

export const context = (request?: RequestMark): CommandContext => ({
  workspaceId: acme,
  actor: { type: 'system', reason: 'test' },
  origin: { address: '203.0.113.7' },
  ...(request === undefined ? {} : { request }),
})

/** A process with ports that tell nothing but what the test says. Its clock goes on by being waited for only. */
export interface World extends Environment {
  readonly store: ScriptedStore
  /** The pauses so far. */
  readonly pauses: ReadonlyArray<number>
  readonly wait: (ms: number) => void
}

/** `store` is given where two processes share one. */
export const world = (store: ScriptedStore = scriptedStore(), first = 1): World => {
  let elapsedMs = 0
  let ids = first - 1
  const pauses: number[] = []
  const next = (): number => {
    ids += 1
    return ids
  }
  return {
    store,
    pauses,
    wait: (ms) => {
      elapsedMs += ms
    },
    rings: ringCache(10),
    clock: {
      now: () => instant(1_000_000 + Math.floor(elapsedMs)),
      monotonicMs: () => elapsedMs,
      pause: (msMax) => () => {
        pauses.push(msMax)
        elapsedMs += msMax
        return Promise.resolve()
      },
    },
    ids: {
      keyId: () => keyId(next()),
      eventId: () => eventId(next()),
      correlationId: () => `correlation ${next()}`,
    },
    randomness: (length) => new Uint8Array(length).fill(next() % 248),
    digester: {
      digest: (secret) => ({ scheme: 'crc', value: crc(reveal(secret)) }),
      matches: (presented, digest) => digest.value === crc(presented),
    },
    prefixes: defaultKeyPrefixes,
    policy: { activeKeysMax: 5 },
  }
}

const crc = (text: string): string => crc32(text, text.length).toString(16)

/** An event as another process would store it; `n` makes its id. */
export const storedElsewhere = (n: number, event: KeyRingEvent, request?: RequestMark): NewEvent =>
  encodeKeyRingEvent(eventId(0x10000 + n), event, metadata(request))
