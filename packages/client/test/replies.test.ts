import { Secret, createKeysClient, reveal, type ClientError } from '@detrics/keys-client'
import { problem } from '@detrics/keys-client/contract'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { answering, keyId, shownKey, withServer, type Answering } from './harness.js'

const problemHeaders = { 'content-type': 'application/problem+json' }
const created = { workspaceId: 'demo-a', name: 'Work laptop' }

/** What a client makes of one reply to `createKey`, which is 201 when it goes well. */
const readAs = async (answer: Answering): Promise<E.Either<ClientError, unknown>> => {
  let outcome: E.Either<ClientError, unknown> = E.right(undefined)
  await withServer(answer, async ({ client }) => {
    outcome = await client.createKey(created)()
  })()
  return outcome
}

describe('a result', () => {
  test('is read into instants, revisions and a secret that shows itself to nobody', async () => {
    const secret = 'detrics_02x2nLrQqDwZqKzGWWgWBO_notReallyOne'
    const outcome = await readAs(answering(201, { key: { ...shownKey, later: 1 }, secret, more: 2 }))
    if (E.isLeft(outcome)) throw new Error('the reply was not read')
    const { key, secret: read } = outcome.right as { readonly key: object; readonly secret: Secret }
    expect(key).toStrictEqual({ ...shownKey, createdAt: Date.UTC(2026, 1, 16, 9, 30), revision: 42n })
    expect(Object.keys(outcome.right as object)).toEqual(['key', 'secret'])
    expect(reveal(read)).toBe(secret)
    const shownAs = [
      inspect(outcome, { depth: 9 }),
      JSON.stringify({ read }),
      String(read),
      `${inspect(read)}`,
    ]
    for (const text of shownAs) {
      expect(text).toContain('[redacted]')
      expect(text).not.toContain('notReallyOne')
    }
  })

  test('of a repetition has no secret and says why', async () => {
    const reply = { key: shownKey, secret: null, secretNotice: 'It was shown.' }
    expect(await readAs(answering(201, reply))).toMatchObject({
      right: { secret: null, secretNotice: 'It was shown.' },
    })
  })

  test.each<[string, number, unknown]>([
    ['of another status', 200, { key: shownKey, secret: 'x' }],
    ['without a member', 201, { key: shownKey }],
    ['with a member of another form', 201, { key: { ...shownKey, createdAt: 'yesterday' }, secret: 'x' }],
    ['that is no JSON', 201, '<html>'],
    ['that is cut', 201, '{"key":{'],
    ['that is empty', 201, ''],
    ['of nothing at all', 204, ''],
  ])('is not understood: %s', async (_, status, body) => {
    expect(await readAs(answering(status, body))).toEqual(E.left({ _tag: 'UnexpectedReply', status }))
  })
})

describe('a problem', () => {
  test('is read with its code, in the words of this version', async () => {
    const outcome = await readAs(answering(409, { ...problem('name_taken'), detail: 'x' }, problemHeaders))
    expect(outcome).toEqual(E.left({ _tag: 'ProblemReply', problem: problem('name_taken') }))
  })

  test('is read with what does not fit', async () => {
    const wrong = problem('invalid_request', [{ pointer: '/name', detail: 'This is required.' }])
    expect(await readAs(answering(400, wrong, problemHeaders))).toEqual(
      E.left({ _tag: 'ProblemReply', problem: wrong }),
    )
  })

  test.each<[string, string | undefined, object]>([
    ['7', '7', { retryAfterSeconds: 7 }],
    ['0', '0', { retryAfterSeconds: 0 }],
    ['none', undefined, {}],
    ['a date', 'Wed, 21 Oct 2026 07:28:00 GMT', {}],
    ['a fraction', '1.5', {}],
    ['less than nothing', '-1', {}],
    ['eleven days and more', '1000000', {}],
  ])('says when to try again where the reply says so in seconds: %s', async (_, value, read) => {
    const headers = { ...problemHeaders, ...(value === undefined ? {} : { 'retry-after': value }) }
    const outcome = await readAs(answering(503, problem('store_unavailable'), headers))
    expect(outcome).toStrictEqual(
      E.left({ _tag: 'ProblemReply', problem: problem('store_unavailable'), ...read }),
    )
  })

  test.each<[string, unknown]>([
    ['of a code that this version does not know', { ...problem('name_taken'), code: 'name_too_nice' }],
    ['of a code that every object has', { ...problem('name_taken'), code: '__proto__' }],
    ['without a code', { title: 'Conflict' }],
    ['that is a page of a proxy', '<html>Bad gateway</html>'],
  ])('is not understood: %s', async (_, body) => {
    expect(await readAs(answering(409, body, problemHeaders))).toEqual(
      E.left({ _tag: 'UnexpectedReply', status: 409 }),
    )
  })
})

describe('no reply', () => {
  test.each([301, 302, 303, 307, 308])(
    'is what a redirect counts as, and nothing goes to where it leads: %i',
    (status) =>
      withServer(answering(200, {}), async ({ baseUrl, received }) => {
        await withServer(
          answering(status, {}, { location: `${baseUrl}/v1/me` }),
          async ({ client }) => {
            expect(await client.createKey(created)()).toEqual(
              E.left({ _tag: 'Unreachable', cause: 'network' }),
            )
          },
          { credential: () => Promise.resolve(new Secret('token')) },
        )()
        expect(received).toEqual([])
      })(),
  )

  test('is told apart: nobody listens', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const client = createKeysClient({ baseUrl: `http://127.0.0.1:${port}` })
    expect(await client.getHealth({})()).toEqual(E.left({ _tag: 'Unreachable', cause: 'network' }))
  })

  test('is told apart: the connection breaks, before the reply or in the middle of it', async () => {
    const network = E.left({ _tag: 'Unreachable', cause: 'network' })
    expect(await readAs((reply) => void reply.socket?.destroy())).toEqual(network)
    const half: Answering = (reply) => {
      reply.writeHead(201, { 'content-length': 1_000 })
      reply.write('{"key":', () => reply.socket?.destroy())
    }
    expect(await readAs(half)).toEqual(network)
  })

  test.each<[string, Answering]>([
    ['at all', () => undefined],
    ['to the end', (reply) => void reply.writeHead(201, { 'content-length': 1_000 }).write('{')],
  ])('is told apart: the server does not answer in time %s', (_, answer) =>
    withServer(
      answer,
      async ({ client }) => {
        expect(await client.getHealth({})()).toEqual(E.left({ _tag: 'Unreachable', cause: 'timeout' }))
      },
      { timeoutMs: 50 },
    )(),
  )

  test('is told apart: the caller does not want it any more, before the request or after', () => {
    const controller = new AbortController()
    return withServer(
      () => controller.abort(),
      async ({ client, received }) => {
        const aborted = E.left({ _tag: 'Unreachable', cause: 'aborted' })
        expect(await client.getHealth({}, { signal: controller.signal })()).toEqual(aborted)
        expect(received).toHaveLength(1)
        expect(await client.getHealth({}, { signal: controller.signal })()).toEqual(aborted)
        expect(received).toHaveLength(1)
      },
    )()
  })
})

describe('requests are sent by the fetch that is given', () => {
  test('with the signal, and never following a redirect', async () => {
    const seen: Array<RequestInit | undefined> = []
    const fetch: typeof globalThis.fetch = (_, init) => {
      seen.push(init)
      return Promise.resolve(new Response('{"key":{}}', { status: 404 }))
    }
    const client = createKeysClient({ baseUrl: 'https://keys.example.com', fetch })
    const outcome = await client.getKey({ workspaceId: 'demo-a', keyId })()
    expect(outcome).toEqual(E.left({ _tag: 'UnexpectedReply', status: 404 }))
    expect(seen).toMatchObject([{ method: 'GET', redirect: 'error', signal: expect.any(AbortSignal) }])
  })
})
