import type { Browser, BrowserContext, Page } from 'playwright-core'
import { createServer, type AddressInfo } from 'node:net'
import { launchBrowser } from '../support/browser.js'
import {
  apiProgram,
  childEnvironment,
  mcpProgram,
  startProgram,
  temporaryFolder,
  type Running,
} from '../support/processes.js'

/** Who can sign in, and to which workspaces. */
export const accounts = {
  manager: {
    name: 'Member',
    workspaces: [
      { id: 'agency-a', name: 'Agency Workspace A', role: 'manager' },
      { id: 'agency-b', name: 'Agency Workspace B', role: 'manager' },
    ],
  },
  second: {
    name: 'Colleague',
    workspaces: [{ id: 'agency-a', name: 'Agency Workspace A', role: 'manager' }],
  },
  viewer: {
    name: 'Viewer',
    workspaces: [{ id: 'agency-a', name: 'Agency Workspace A', role: 'viewer' }],
  },
  nobody: { name: 'Newcomer', workspaces: [] },
} as const

export type Account = keyof typeof accounts

/** Everything real: a provider, the API with its page, the MCP server and a browser, over one SQLite file. */
export interface World {
  readonly url: string
  readonly mcpUrl: string
  readonly api: Running
  readonly mcp: Running
  readonly browser: Browser
  /** A browser of one person, signed in, on the page of a workspace. Closed with the world. */
  readonly signedIn: (account: Account, options?: PersonOptions) => Promise<Person>
  readonly close: () => Promise<void>
}

export interface PersonOptions {
  readonly context?: Parameters<Browser['newContext']>[0]
  readonly workspace?: string
}

export interface Person {
  readonly context: BrowserContext
  readonly page: Page
  /** What the browser said about the page: uncaught errors, and violations of the content security policy. */
  readonly complaints: () => ReadonlyArray<string>
}

export const pagePath = '/mcp/api-keys'

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => {
        resolve(port)
      })
    })
  })

/** Starts it all; `more` are further settings of the API. */
export const openWorld = async (more: Readonly<Record<string, string>> = {}): Promise<World> => {
  const folder = temporaryFolder()
  // Provider and API name each other's address, so the API's is chosen before either starts.
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const provider = await startProgram('test/support/openid-provider.mjs', {
    ...childEnvironment(folder.path),
    PROVIDER: JSON.stringify({
      accounts,
      clientId: 'detrics-page',
      redirectUri: `${url}/auth/callback`,
      postLogoutUri: `${url}${pagePath}`,
    }),
  })
  const environment = childEnvironment(folder.path)
  const mcp = await startProgram(mcpProgram, environment)
  const api = await startProgram(apiProgram, {
    ...environment,
    DETRICS_API_PORT: String(port),
    DETRICS_IDENTITY: 'oidc',
    DETRICS_OIDC_ISSUER: provider.url,
    DETRICS_OIDC_AUDIENCE: 'detrics-keys',
    DETRICS_OIDC_CLIENT_ID: 'detrics-page',
    DETRICS_PUBLIC_URL: url,
    DETRICS_PUBLIC_MCP_URL: mcp.url,
    ...more,
  })
  const browser = await launchBrowser()
  return {
    url,
    mcpUrl: mcp.url,
    api,
    mcp,
    browser,
    signedIn: (account, options) => signIn(browser, url, account, options),
    close: async () => {
      await browser.close()
      await Promise.all([api, mcp, provider].map(({ stop }) => stop()))
      folder.remove()
    },
  }
}

/** Opens a browser context that writes down everything it complains about. */
export const watched = async (
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Person> => {
  // As for a person who clicks: without it a headless browser refuses what others allow.
  const permissions = ['clipboard-read', 'clipboard-write']
  const context = await browser.newContext({ permissions, ...options })
  const complaints: string[] = []
  await context.exposeBinding('complain', (_source, text: string) => void complaints.push(text))
  await context.addInitScript(() => {
    const tell = (globalThis as unknown as { complain: (text: string) => void }).complain
    addEventListener('securitypolicyviolation', (violation) => {
      tell(`CSP ${violation.effectiveDirective} ${violation.blockedURI} ${violation.sample}`)
    })
  })
  context.on('weberror', (error) => void complaints.push(`error ${error.error().message}`))
  context.on('console', (message) => {
    // A refused request is said so by the browser, whatever the page makes of it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(`console ${message.text()}`)
  })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  return { context, page, complaints: () => complaints }
}

const signIn = async (
  browser: Browser,
  url: string,
  account: Account,
  { context = {}, workspace }: PersonOptions = {},
): Promise<Person> => {
  const person = await watched(browser, context)
  const { page } = person
  const place = workspace === undefined ? pagePath : `${pagePath}?workspace=${workspace}`
  await page.goto(`${url}/auth/login?returnTo=${encodeURIComponent(place)}`)
  await page.getByLabel('Account').fill(account)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.waitForURL(`${url}${pagePath}**`)
  return person
}
