import { operationIds, operations, type Operation } from '@detrics/keys-client/contract'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { openWorld, pagePath, type Person, type World } from './world.js'

/** Of a site that has nothing to do with us; its page is empty, and the tests act in it as its scripts would. */
let foreign: Server
let world: World
let person: Person
let keyId: string

beforeAll(async () => {
  world = await openWorld()
  person = await world.signedIn('manager')
  keyId = (await callOwn('POST', '/v1/workspaces/agency-a/keys', { name: 'Target' })).key.keyId
  foreign = createServer((_request, reply) =>
    reply.setHeader('content-type', 'text/html').end('<p>elsewhere'),
  )
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
}, 60_000)
afterAll(async () => {
  foreign?.close()
  await world?.close()
})

interface Shown {
  readonly key: { readonly keyId: string; readonly revision: string }
  readonly keys: ReadonlyArray<unknown>
}

/** From the page itself, as its own scripts call. */
const callOwn = (method: string, path: string, body?: unknown): Promise<Shown> =>
  person.page.evaluate(
    async ([url, how, json]) => {
      const sent = json === undefined ? {} : { body: json, headers: { 'content-type': 'application/json' } }
      const reply = await fetch(url, { method: how, ...sent })
      return (await reply.json()) as never
    },
    [`${world.url}${path}`, method, body === undefined ? undefined : JSON.stringify(body)] as const,
  )

const bodies: Readonly<Record<string, unknown>> = {
  createKey: { name: 'Made elsewhere' },
  renameKey: { name: 'Renamed elsewhere' },
  revokeKey: {},
  replaceKey: {},
  revokeKeys: { keyIds: [] },
  verifyKey: { key: 'x', action: 'x' },
}

const pathOf = ({ path }: Operation): string =>
  path.replace('{workspaceId}', 'agency-a').replace('{keyId}', keyId)

/** 127.0.0.1 with another port is another origin of the same site, to which cookies go; localhost is another site. */
const origins = (): ReadonlyArray<string> => {
  const { port } = foreign.address() as AddressInfo
  return [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
}

const onForeignPage = async (origin: string, work: (page: Page) => Promise<void>): Promise<void> => {
  const page = await person.context.newPage()
  try {
    await page.goto(origin)
    await work(page)
  } finally {
    await page.close()
  }
}

const state = async (): Promise<string> =>
  JSON.stringify([
    await callOwn('GET', '/v1/workspaces/agency-a/keys'),
    await callOwn('GET', '/v1/workspaces/agency-b/keys'),
  ])

/** What a script of another page gets to read: a status, or nothing. */
const fetched = (
  page: Page,
  url: string,
  init: Readonly<{ method: string; body?: string; headers?: Record<string, string>; mode?: 'no-cors' }>,
): Promise<string> =>
  page.evaluate(
    async ([to, how]) => {
      try {
        const reply = await fetch(to, { credentials: 'include', ...how })
        return reply.type === 'opaque' ? 'opaque' : String(reply.status)
      } catch {
        return 'refused'
      }
    },
    [url, init] as const,
  )

test('control: from its own page the same request is carried out', async () => {
  const before = await state()
  await callOwn('PATCH', `/v1/workspaces/agency-a/keys/${keyId}`, { name: 'Renamed at home' })
  expect(await state()).not.toBe(before)
})

describe.each(operationIds)('%s is refused to pages of others:', (operationId) => {
  const operation: Operation = operations[operationId]
  const { method } = operation

  test('by script, with and without asking first', async () => {
    const before = await state()
    for (const origin of origins())
      await onForeignPage(origin, async (page) => {
        const url = world.url + pathOf(operation)
        const body = method === 'GET' ? {} : { body: JSON.stringify(bodies[operationId]) }
        const json = method === 'GET' ? {} : { headers: { 'content-type': 'application/json' } }
        expect(await fetched(page, url, { method, ...body, ...json })).toBe('refused')
        expect(await fetched(page, url, { method, ...body })).toBe('refused')
        const mode = { mode: 'no-cors' } as const
        expect(
          await fetched(page, url, { method: method === 'PATCH' ? 'POST' : method, ...body, ...mode }),
        ).toBe('refused')
      })
    expect(await state()).toBe(before)
  })

  if (method === 'GET') return
  test.each(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'])(
    'by a form as %s, also from a page without an origin',
    async (type) => {
      const before = await state()
      const json = JSON.stringify(bodies[operationId])
      for (const origin of origins())
        for (const sandboxed of [false, true])
          await onForeignPage(origin, async (page) => {
            // As text/plain the name and the value of a field together can be a JSON document.
            const form = `<form method=post enctype="${type}" action="${world.url}${pathOf(operation)}">
              <input name='${json.slice(0, -1)}${json === '{}' ? '' : ','}"x":"' value='"}'></form>`
            const answered = page.waitForResponse((reply) => reply.url().startsWith(world.url))
            await page.evaluate(
              ([html, isSandboxed]) => {
                const submit = '<script>document.forms[0].submit()</script>'
                if (isSandboxed) {
                  const frame = document.createElement('iframe')
                  frame.setAttribute('sandbox', 'allow-scripts allow-forms')
                  frame.srcdoc = html + submit
                  document.body.append(frame)
                } else {
                  document.body.innerHTML = html
                  document.forms[0]?.submit()
                }
              },
              [form, sandboxed] as const,
            )
            const reply = await answered
            expect([reply.status(), reply.request().method()]).toEqual([403, 'POST'])
            const sender = reply.request().headers()['origin']
            expect(sender === 'null').toBe(sandboxed)
          })
      expect(await state()).toBe(before)
    },
  )
})

test('the page cannot be put into a frame, nor its API read as an image or a script', async () => {
  for (const origin of origins())
    await onForeignPage(origin, async (page) => {
      const seen = await page.evaluate(
        async ([framed, read]) => {
          const settled = (element: HTMLElement): Promise<string> =>
            new Promise((resolve) => {
              element.addEventListener('load', () => resolve('loaded'))
              element.addEventListener('error', () => resolve('refused'))
              document.body.append(element)
            })
          const frame = document.createElement('iframe')
          frame.src = framed
          await settled(frame)
          const image = document.createElement('img')
          image.src = read
          const script = document.createElement('script')
          script.src = read
          return [frame.contentDocument, await settled(image), await settled(script)]
        },
        [`${world.url}${pagePath}`, `${world.url}/v1/me`] as const,
      )
      expect(seen).toEqual([null, 'refused', 'refused'])
      // A refused frame shows an error page of the browser's and nothing of ours.
      expect(page.frames().some((frame) => frame.url().startsWith(world.url))).toBe(false)
    })
})
