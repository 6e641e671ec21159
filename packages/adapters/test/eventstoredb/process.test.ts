import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { at, noStream } from '@detrics/keys-domain'
import type { EventStore, Position, RecordedEvent } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import { startProxy } from '../../../../test/support/eventstoredb/proxy.mjs'
import { inFolder } from '../harness.js'
import { got, newEvents, streamId } from '../steps.js'
import { openStore, startRig } from './harness.js'

const support = fileURLToPath(new URL('../../../../test/support/eventstoredb/', import.meta.url))

const run = (program: string, ...args: ReadonlyArray<string>): ChildProcess =>
  spawn(process.execPath, [join(support, program), ...args], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** The first line that a process prints. */
const firstLine = async (child: ChildProcess): Promise<string> => {
  if (child.stdout === null) throw new Error('no output')
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return line
}

/** Between the commit and its reply there is some time, so that a kill falls into it. */
const replyDelayMs = 12

const startServer = async (file: string) => {
  const child = run('server.mjs', file, String(replyDelayMs))
  const { port } = JSON.parse(await firstLine(child)) as { readonly port: number }
  const kill = async (): Promise<void> => {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  return { port, kill }
}

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)
/** From 0 to 1, repeated by its seed. */
const randomFrom = (start: number): (() => number) => {
  let state = start
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const appendsOfWriter = 60
const kills = 5

interface Written {
  readonly ids: Array<string>
  found: number
  doubts: number
}

/** Appends one event after the other, each with the same bytes until it is acknowledged. */
const write = async (store: EventStore, name: string, progress: () => void): Promise<Written> => {
  const written: Written = { ids: [], found: 0, doubts: 0 }
  let expected = noStream
  for (let n = 0; n < appendsOfWriter; n++) {
    const events = newEvents(2)
    const append = store.append(streamId(name), expected, events)
    let result = await append()
    while (E.isLeft(result)) {
      if (result.left._tag === 'OutcomeUnknown') written.doubts += 1
      else expect(result.left._tag).toBe('Unavailable')
      await new Promise((resolve) => setTimeout(resolve, 10))
      result = await append()
    }
    if (result.right.outcome === 'AlreadyAppended') written.found += 1
    expected = at(result.right.last)
    written.ids.push(...events.map(({ id }) => id))
    progress()
  }
  return written
}

/** Follows a log, and takes it up again where a subscription was dropped, until it has so many events. */
const follow = async (store: EventStore, count: number): Promise<ReadonlyArray<RecordedEvent>> => {
  const seen: Array<RecordedEvent> = []
  while (seen.length < count) {
    const after: O.Option<Position> = O.fromNullable(seen.at(-1)?.position)
    for await (const message of (await got(store.subscribe(after))).messages) {
      if (message._tag === 'Events') seen.push(...message.events)
      if (seen.length >= count) break
    }
  }
  return seen
}

describe('a server that is killed under load', () => {
  test('loses and doubles nothing that was acknowledged, and subscriptions go on without a gap', () =>
    inFolder(async (folder) => {
      const file = join(folder, 'log')
      let server = await startServer(file)
      const proxy = await startProxy({ port: server.port })
      const [writing, reading] = [await openStore(proxy.url()), await openStore(proxy.url())]
      const writers = 4
      const random = randomFrom(seed)
      let acknowledged = 0
      let reached = (): void => undefined
      const progress = (): void => {
        acknowledged += 1
        reached()
      }
      const following = follow(reading, writers * appendsOfWriter * 2)
      const running = Array.from({ length: writers }, (_, n) => write(writing, `w-${n}`, progress))
      for (let kill = 1; kill <= kills; kill++) {
        const mark = Math.floor((writers * appendsOfWriter * (kill - random() / 2)) / (kills + 1))
        await new Promise<void>((resolve) => {
          reached = () => {
            if (acknowledged >= mark) resolve()
          }
          reached()
        })
        await server.kill()
        server = await startServer(file)
        proxy.aim(server.port)
      }
      const written = await Promise.all(running)
      const seen = await following
      const log = (await got(reading.readAll(O.none, 10_000))).events
      const ids = written.flatMap((writer) => writer.ids)
      expect(log).toHaveLength(ids.length)
      expect(new Set(log.map(({ id }) => id))).toEqual(new Set(ids))
      expect(seen).toEqual(log)
      for (const [n, writer] of written.entries())
        expect(log.filter(({ stream }) => stream === `w-${n}`).map(({ id }) => id)).toEqual(writer.ids)
      const total = (of: (writer: Written) => number): number => written.reduce((sum, w) => sum + of(w), 0)
      const doubts = total((writer) => writer.doubts)
      const found = total((writer) => writer.found)
      process.stdout.write(
        `Kills: ${kills}, seed ${seed}: ${log.length} events, ${doubts} outcomes unknown, ${found} found on retry.\n`,
      )
      expect(doubts).toBeGreaterThan(0)
      expect(found).toBeGreaterThan(0)
      await Promise.all([writing.close(), reading.close()])
      await proxy.stop()
      await server.kill()
    }))
})

describe('a process that has closed its store', () => {
  test('ends by itself; one that leaves it open while it waits for events does not', async () => {
    const rig = await startRig()
    const exits = await Promise.all(
      ['close', 'leave'].map(async (manner) => {
        const child = run('visit.mjs', rig.double.url(`&detricsPrefix=${manner}`), manner)
        const exited = once(child, 'exit')
        expect(await firstLine(child)).toBe('done')
        const timer = setTimeout(() => child.kill('SIGKILL'), 1_500)
        const [code, signal] = (await exited) as [number | null, string | null]
        clearTimeout(timer)
        return code ?? signal
      }),
    )
    expect(exits).toEqual([0, 'SIGKILL'])
    await rig.stop()
  })
})
