import { describe, expect, test } from '@jest/globals'
import { createGate, whileActive } from '@detrics/keys-mcp'
import { bearer, call, endpoint, harness, post } from './harness.js'

const listen = JSON.stringify({
  jsonrpc: '2.0',
  id: 7,
  method: 'subscriptions/listen',
  params: {
    notifications: {
      toolsListChanged: true,
      resourcesListChanged: true,
      resourceSubscriptions: ['detrics://ws_a'],
    },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
})
const listenHeaders = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' }

test('a subscription is acknowledged with nothing in it and ends at once: there is nothing to be told of', async () => {
  const { app, fake } = harness()
  const response = await post(app, listen, { ...bearer(fake.add('ws_a', 'One').secret), ...listenHeaders })
  const frames = (await response.text()).split('\n\n').filter((frame) => frame !== '')
  const messages = frames.map((frame): unknown => JSON.parse(frame.split('data: ')[1]!))
  expect(messages).toMatchObject([
    { method: 'notifications/subscriptions/acknowledged', params: { notifications: {} } },
    { id: 7, result: { resultType: 'complete' } },
  ])
  expect(fake.uses.at(-1)).toMatchObject({ action: 'subscriptions/listen' })
  expect(fake.openWatches()).toBe(0)
})

describe('a stream that passed the gate', () => {
  const opened = async () => {
    const { fake } = harness()
    const { secret, keyId } = fake.add('ws_a', 'One')
    const request = new Request(endpoint, { method: 'POST', body: call('whoami'), headers: bearer(secret) })
    const passed = await createGate(fake.keys)(request)
    if (passed instanceof Response) throw new Error('refused')
    return { fake, keyId, passed }
  }

  const serveStream = () => {
    const source = { cancelled: false, push: (text: string): void => void text, end: (): void => undefined }
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        source.push = (text) => controller.enqueue(new TextEncoder().encode(text))
        source.end = () => controller.close()
      },
      cancel: () => {
        source.cancelled = true
      },
    })
    const headers = { 'content-type': 'text/event-stream' }
    return { source, serve: () => Promise.resolve(new Response(body, { headers })) }
  }

  test('delivers while the key lives, and ends with it without delivering anything more', async () => {
    const { fake, keyId, passed } = await opened()
    const { source, serve } = serveStream()
    const reader = (await whileActive(passed, serve)).body!.getReader()
    source.push('one')
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('one')
    const next = reader.read()
    fake.end(keyId)
    expect(await next).toEqual({ done: true, value: undefined })
    expect(source.cancelled).toBe(true)
    expect(fake.openWatches()).toBe(0)
  })

  test('gives back nothing that was written before the end of the key and not yet read', async () => {
    const { fake, keyId, passed } = await opened()
    const { source, serve } = serveStream()
    const reader = (await whileActive(passed, serve)).body!.getReader()
    source.push('late')
    fake.end(keyId)
    expect((await reader.read()).done).toBe(true)
  })

  test('is released when it ends by itself and when the receiver leaves', async () => {
    for (const leave of [false, true]) {
      const { fake, passed } = await opened()
      const { source, serve } = serveStream()
      const response = await whileActive(passed, serve)
      expect(fake.openWatches()).toBe(1)
      if (leave) await response.body!.cancel()
      else {
        source.end()
        await response.text()
      }
      expect(fake.openWatches()).toBe(0)
    }
  })

  test('becomes 401 when the key ends before the answer leaves, and its request is aborted', async () => {
    const { fake, keyId, passed } = await opened()
    const response = await whileActive(passed, ({ request }) => {
      fake.end(keyId)
      expect(request.signal.aborted).toBe(true)
      return Promise.resolve(new Response('a result'))
    })
    expect(response.status).toBe(401)
    expect(await response.text()).not.toContain('a result')
    expect(fake.openWatches()).toBe(0)
  })

  test('releases its watch when what serves it fails', async () => {
    const { fake, passed } = await opened()
    await expect(whileActive(passed, () => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug')
    expect(fake.openWatches()).toBe(0)
  })
})
