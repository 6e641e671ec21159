import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.js'
import { apiProgram, childEnvironment, startProgram, temporaryFolder } from '../support/processes.js'

const pagePath = '/mcp/api-keys'
const folder = temporaryFolder()
const closing: (() => Promise<unknown>)[] = []
let browser: Browser
let elsewhere: Server

beforeAll(async () => {
  browser = await launchBrowser()
  // Another program on the same machine: a page, and an address that sends a posted form on, as providers do.
  elsewhere = createServer((request, reply) => {
    const to = new URL(request.url ?? '/', 'http://x').searchParams.get('to')
    if (request.method === 'POST' && to !== null) reply.writeHead(303, { location: to }).end()
    else reply.setHeader('content-type', 'text/html').end('<form method=post><button>Go</button></form>')
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
}, 60_000)
afterAll(async () => {
  await browser?.close()
  elsewhere?.close()
  for (const close of closing) await close()
  folder.remove()
})

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => {
        resolve(port)
      })
    })
  })

/** The API as a process, with a real OpenID provider, under a name of this machine. */
const openApi = async (host: string): Promise<string> => {
  const port = await freePort()
  const url = `http://${host}:${port}`
  const environment = childEnvironment(folder.path)
  const provider = await startProgram('test/support/openid-provider.mjs', {
    ...environment,
    PROVIDER: JSON.stringify({
      accounts: { member: { name: 'Member', workspaces: [{ id: 'acme', role: 'manager' }] } },
      clientId: 'page',
      redirectUri: `${url}/auth/callback`,
      postLogoutUri: `${url}${pagePath}`,
    }),
  })
  const api = await startProgram(apiProgram, {
    ...environment,
    DETRICS_STORE: 'memory:',
    DETRICS_API_PORT: String(port),
    DETRICS_IDENTITY: 'oidc',
    DETRICS_OIDC_ISSUER: provider.url,
    DETRICS_OIDC_AUDIENCE: 'keys',
    DETRICS_OIDC_CLIENT_ID: 'page',
    DETRICS_PUBLIC_URL: url,
  })
  closing.push(api.stop, provider.stop)
  return url
}

const signIn = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/auth/login`)
  await page.getByLabel('Account').fill('member')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL(`${url}${pagePath}`)
}

/** As the scripts of our page call. */
const statusOf = (page: Page, method: string, path: string): Promise<number> =>
  page.evaluate(async ([how, to]) => (await fetch(to, { method: how })).status, [method, path] as const)

const cookiesIn = async (context: BrowserContext, url: string) =>
  (await context.cookies(url)).filter(({ name }) => name.startsWith('__Host-detrics-'))

describe.each(['127.0.0.1', 'localhost'])('in a real browser, at http://%s,', (host) => {
  let url = ''
  let context: BrowserContext
  let page: Page
  beforeAll(async () => {
    url = await openApi(host)
  }, 60_000)
  beforeEach(async () => {
    context = await browser.newContext()
    page = await context.newPage()
    page.setDefaultTimeout(10_000)
  })
  afterEach(() => context.close())

  test('a member signs in, is known, and signs out', async () => {
    expect((await page.goto(`${url}/v1/me`))?.status()).toBe(401)
    await signIn(page, url)
    expect(await statusOf(page, 'GET', '/v1/me')).toBe(200)
    expect(await statusOf(page, 'POST', '/v1/workspaces/acme/keys/revoke')).toBe(400)
    const kept = await context.cookies(url)
    expect(await statusOf(page, 'POST', '/auth/logout')).toBe(200)
    expect(await statusOf(page, 'GET', '/v1/me')).toBe(401)
    await context.addCookies(kept)
    expect(await statusOf(page, 'GET', '/v1/me')).toBe(401)
  })

  test('the browser takes the cookies, for this host alone, and shows them to no script', async () => {
    await signIn(page, url)
    const common = { domain: host, path: '/', httpOnly: true, secure: true, sameSite: 'Lax' }
    expect((await cookiesIn(context, url)).toSorted((a, b) => a.name.localeCompare(b.name))).toMatchObject([
      { ...common, name: '__Host-detrics-login' },
      { ...common, name: '__Host-detrics-session', expires: -1 },
    ])
    expect(await page.evaluate(() => document.cookie)).toBe('')
  })

  test('a sign-in keeps no id that another program on this host has put into the browser', async () => {
    await page.goto(`http://${host}:${(elsewhere.address() as AddressInfo).port}/`)
    const planted = 'A'.repeat(43)
    await page.evaluate((id) => {
      document.cookie = `__Host-detrics-session=${id}; Path=/; Secure`
    }, planted)
    expect((await cookiesIn(context, url)).map(({ value }) => value)).toEqual([planted])
    await signIn(page, url)
    const session = (await cookiesIn(context, url)).find(({ name }) => name === '__Host-detrics-session')
    expect(session?.value).toMatch(/^[\w-]{43}$/)
    expect(session?.value).not.toBe(planted)
  })

  test('a callback is heard that a form of the provider leads to', async () => {
    const { port } = elsewhere.address() as AddressInfo
    for (const neighbour of ['127.0.0.1', 'localhost']) {
      const to = encodeURIComponent(`${url}/auth/callback?state=unknown`)
      await page.goto(`http://${neighbour}:${port}/?to=${to}`)
      await page.getByRole('button', { name: 'Go' }).click()
      await page.waitForURL(`${url}/**`)
      expect(await page.getByRole('heading').textContent()).toBe('This sign-in is not known')
    }
  })
})
