import { afterAll, expect, test } from '@jest/globals'
import { connect } from 'node:net'
import {
  apiProgram,
  childEnvironment,
  startProgram,
  temporaryFolder,
  type Running,
} from '../support/processes.js'
import { connection, firstReply, requestBytes } from './wire.mjs'

const stopMsMax = 6_000

const folder = temporaryFolder()
const started: Running[] = []
afterAll(async () => {
  for (const api of started) await api.killed()
  folder.remove()
})

const start = async (): Promise<{ readonly api: Running; readonly port: number }> => {
  const api = await startProgram(apiProgram, childEnvironment(folder.path))
  started.push(api)
  return { api, port: Number(new URL(api.url).port) }
}

/** A process with a request of which half has come, and a second connection that is kept. */
const withHalfRequest = async () => {
  const { api, port } = await start()
  const whole = requestBytes(port, 'POST', '/v1/workspaces/demo-a/keys', { name: `Half ${port}` })
  const half = whole.length - 5
  const begun = connection(port)
  const other = connection(port)
  const answer = begun.ask(whole.slice(0, half))
  // Two rounds on another connection, so that the half has certainly been read.
  for (let i = 0; i < 2; i += 1) await other.ask(requestBytes(port, 'GET', '/ready'))
  return { api, port, other, answer, finish: () => begun.send(whole.slice(half)) }
}

const canConnect = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

const untilRefused = async (port: number): Promise<void> => {
  while (await canConnect(port));
}

test('a process that is stopping is not ready, takes no connection, and finishes what has begun', async () => {
  const { api, port, other, answer, finish } = await withHalfRequest()
  const stopping = api.stop()
  await untilRefused(port)
  expect(await other.ask(requestBytes(port, 'GET', '/ready'))).toMatchObject({
    status: 503,
    isLast: true,
    text: expect.stringContaining('not_ready'),
  })
  finish()
  expect(await answer).toMatchObject({ status: 201, isLast: true })
  expect(await stopping).toBe(0)
}, 30_000)

test('a client that never finishes its request holds a stop up for 5 s and no longer', async () => {
  const { api, answer } = await withHalfRequest()
  const beganMs = performance.now()
  expect(await api.stop()).toBe(0)
  const tookMs = performance.now() - beganMs
  expect(tookMs).toBeGreaterThan(4_900)
  expect(tookMs).toBeLessThan(stopMsMax)
  expect(await answer).toEqual({ end: 'reset' })
}, 30_000)

test('connections that are kept and idle do not hold a stop up', async () => {
  const { api, port } = await start()
  const kept = Array.from({ length: 20 }, () => connection(port))
  for (const { ask } of kept)
    expect(await ask(requestBytes(port, 'GET', '/health'))).toMatchObject({ isLast: false })
  const beganMs = performance.now()
  expect(await api.stop()).toBe(0)
  expect(performance.now() - beganMs).toBeLessThan(2_000)
}, 30_000)

test('what has come and is not yet read when the signal comes is answered, on old and new connections', async () => {
  const { api, port } = await start()
  const kept = Array.from({ length: 20 }, () => connection(port))
  for (const { ask } of kept) await ask(requestBytes(port, 'GET', '/health'))
  // Held still, so that nothing is accepted or read before the signal is there.
  api.signal('SIGSTOP')
  const waiting = [...kept, ...Array.from({ length: 60 }, () => connection(port))]
  const answers = waiting.map(({ ask }) => ask(requestBytes(port, 'GET', '/health')))
  for (const { made } of waiting) await made()
  const stopping = api.stop()
  api.signal('SIGCONT')
  expect(await stopping).toBe(0)
  expect((await Promise.all(answers)).map(({ end }) => end)).toEqual(answers.map(() => 'answered'))
}, 30_000)

test('a second signal ends a process at once', async () => {
  const { api, port } = await withHalfRequest()
  const stopping = api.stop()
  await untilRefused(port)
  const beganMs = performance.now()
  api.signal('SIGTERM')
  expect(await stopping).toBeNull()
  expect(performance.now() - beganMs).toBeLessThan(2_000)
}, 30_000)

test('replies that are read slowly are not cut off by a stop', async () => {
  const { api, port } = await start()
  const asked = 800
  const reader = await lateReader(port, requestBytes(port, 'GET', '/metrics').repeat(asked))
  await untilAnswered(api, asked)
  const stopping = api.stop()
  await untilRefused(port)
  const replies = await reader.readAll()
  expect(replies).toHaveLength(asked)
  // More than what fits between the two processes, so that some of it was waiting in the one that was stopped.
  expect(replies.reduce((sum, { length }) => sum + length, 0)).toBeGreaterThan(6_000_000)
  expect(await stopping).toBe(0)
}, 30_000)

/** Sends, and reads nothing until it is told to; then everything until the connection ends. */
const lateReader = async (port: number, bytes: string) => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.pause()
  socket.write(bytes)
  return {
    readAll: async () => {
      const chunks: Buffer[] = []
      for await (const chunk of socket) chunks.push(chunk as Buffer)
      let rest = Buffer.concat(chunks).toString('latin1')
      const replies = []
      for (let reply = firstReply(rest); reply !== undefined; reply = firstReply(rest)) {
        replies.push(reply)
        rest = rest.slice(reply.length)
      }
      expect(rest).toBe('')
      return replies
    },
  }
}

/** Until so many readings of the metrics are answered, besides those by which this is found out. */
const untilAnswered = async (api: Running, count: number): Promise<void> => {
  const series = /^detrics_requests_total\{operation="getMetrics",status="2xx"\} (\d+)$/m
  for (let own = 0; ; own += 1) {
    const text = await (await fetch(`${api.url}/metrics`)).text()
    if (Number(series.exec(text)?.[1]) >= count + own) return
  }
}
