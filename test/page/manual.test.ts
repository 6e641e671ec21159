import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { connectAgent, type Agent } from '../support/mcp-clients.js'
import {
  choose,
  copyAndClose,
  dialog,
  keyOnHand,
  makeKey,
  rename,
  revoke,
  rowOf,
  shownSecret,
} from './acting.js'
import { sentencesOfManual } from './manual.js'
import { openWorld, pagePath, type Person, type World } from './world.js'

/*
 * The users' manual, sentence by sentence, in a real browser against the real servers: The manager is a member of both
 * workspaces, The second manager of the first only, and the agents are real MCP clients.
 */
let world: World
let manager: Person
let second: Person
const agents: Agent[] = []

beforeAll(async () => {
  world = await openWorld()
  manager = await world.signedIn('manager', { workspace: 'agency-a' })
  second = await world.signedIn('second')
}, 60_000)
afterAll(async () => {
  for (const agent of agents) await agent.close()
  await world?.close()
})

const agentWith = async (secret: string, transport: 'http' | 'stdio' = 'http'): Promise<Agent> => {
  const agent = await connectAgent(transport, world.mcpUrl, secret)
  agents.push(agent)
  return agent
}

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'not refused',
    (error: unknown) => String(error),
  )

const goTo = async ({ page }: Person, workspace: string): Promise<void> => {
  await page.goto(`${world.url}${pagePath}?workspace=${workspace}`)
  await page.getByRole('heading', { name: 'API Keys', level: 1 }).waitFor()
}

let made = 0
/** Each sentence has keys of its own. */
const someName = (what: string): string => `${what} ${(made += 1)}`

/** From the heading and the sentence to what makes it true. */
const proofs: Readonly<Record<string, Readonly<Record<string, () => Promise<void>>>>> = {
  'What are API Keys?': {
    'API keys authenticate your AI coding agent with Detrics.': async () => {
      const agent = await agentWith(await keyOnHand(manager.page, someName('Agent')))
      expect(await agent.callTool('whoami')).toContain('agency-a')
      expect(await refusal(agentWith('no key'))).toContain('Unauthorized')
    },
    'When you register the Detrics MCP server with your agent, the API key is passed as an environment variable so the server can verify your identity and access your workspace data.':
      async () => {
        const secret = await makeKey(manager.page, someName('By environment'))
        const commands = await dialog(manager.page).textContent()
        expect(commands).toContain('export DETRICS_API_KEY')
        await copyAndClose(manager.page)
        // The bridge is started with DETRICS_API_KEY in its environment, as an agent starts it.
        const agent = await agentWith(secret, 'stdio')
        expect(await agent.callTool('whoami')).toContain('agency-a')
      },
    'Each API key is scoped to a workspace — it can only access data from the workspace where it was created.':
      async () => {
        await goTo(manager, 'agency-b')
        const name = someName('Only B')
        const agent = await agentWith(await keyOnHand(manager.page, name))
        expect(await agent.callTool('list_keys')).toContain(name)
        await goTo(manager, 'agency-a')
        const elsewhere = someName('Only A')
        await keyOnHand(manager.page, elsewhere)
        const listed = await agent.callTool('list_keys')
        expect(listed).not.toContain(elsewhere)
        expect(listed).not.toContain('agency-a')
      },
  },
  'Keeping Your API Keys Safe': {
    'Treat your API key like a password.': async () => {
      const secret = await keyOnHand(manager.page, someName('Like a password'))
      await manager.page.reload()
      await manager.page.getByRole('row').nth(1).waitFor()
      expect(await manager.page.content()).not.toContain(secret)
    },
    'Anyone with your key can access your workspace’s marketing data through the Detrics MCP server.':
      async () => {
        // Whoever holds it, from another program and another connection, is let in: it is the key that counts.
        const secret = await keyOnHand(manager.page, someName('Bearer'))
        for (const transport of ['http', 'stdio'] as const) {
          const agent = await agentWith(secret, transport)
          expect((await agent.tools()).length).toBeGreaterThan(0)
        }
      },
    'Never share keys publicly — don’t post them on GitHub, forums, Stack Overflow, or in screenshots':
      async () => {
        await goTo(manager, 'agency-a')
        await manager.page.getByText('Keeping your API keys safe').click()
        await manager.page.getByText(/^Never share keys publicly/).waitFor()
      },
    'Never commit keys to version control — add them to .gitignore or use environment variables':
      async () => {
        await manager.page.getByText(/^Never commit keys to version control/).waitFor()
      },
    'Use environment variables, not hardcoded values, when referencing keys in scripts or configs':
      async () => {
        const secret = await makeKey(manager.page, someName('Referenced'))
        for (const agent of ['Claude Code', 'Codex', 'Cursor', 'VS Code'])
          for (const form of ['Add', 'Remove and re-add']) {
            await dialog(manager.page).getByRole('tab', { name: agent }).click()
            await dialog(manager.page).getByRole('button', { name: form, exact: true }).click()
            const panel = await dialog(manager.page).getByRole('tabpanel').textContent()
            expect(panel).toMatch(/DETRICS_API_KEY|\$\{input:/)
            expect(panel).not.toContain(secret)
          }
        await copyAndClose(manager.page)
      },
    'Revoke keys immediately if you suspect they’ve been exposed': async () => {
      const name = someName('Suspected')
      await keyOnHand(manager.page, name)
      await choose(manager.page, name, 'Report as compromised')
      await manager.page.getByRole('button', { name: 'Revoke key' }).click()
      await manager.page.getByText(`${name} is no longer accepted anywhere`).first().waitFor()
      await goTo(manager, 'agency-a')
    },
  },
  'Managing API Keys': {
    'You can manage your API keys from the Detrics web app at app.detrics.io/mcp/api-keys.': async () => {
      expect(new URL(manager.page.url()).pathname).toBe('/mcp/api-keys')
      for (const control of ['New Key']) await manager.page.getByRole('button', { name: control }).waitFor()
    },
  },
  'Generate a new key': {
    'Go to any coding agent setup page or the API Keys page': async () => {
      await manager.page.getByRole('link', { name: 'Set-up guide' }).click()
      await manager.page.getByRole('heading', { name: 'Set up your agent', level: 1 }).waitFor()
      await manager.page.getByRole('button', { name: 'New Key' }).waitFor()
      await goTo(manager, 'agency-a')
      await manager.page.getByRole('button', { name: 'New Key' }).waitFor()
    },
    'Click New Key': async () => {
      await manager.page.getByRole('button', { name: 'New Key' }).click()
      await dialog(manager.page).getByRole('button', { name: 'Create key' }).waitFor()
      await manager.page.keyboard.press('Escape')
      await dialog(manager.page).waitFor({ state: 'detached' })
    },
    'Give the key a descriptive name (e.g., “Work laptop”, “CI server”)': async () => {
      for (const name of ['Work laptop', 'CI server']) {
        await keyOnHand(manager.page, name)
        await rowOf(manager.page, name).waitFor()
      }
    },
    'Copy the key immediately — it will only be shown once': async () => {
      const name = someName('Shown once')
      const secret = await makeKey(manager.page, name)
      await dialog(manager.page).getByText('Copy the key immediately — it will only be shown once').waitFor()
      await manager.page.getByRole('button', { name: 'Copy key' }).click()
      await manager.page.getByText('Key copied.').waitFor()
      expect(await manager.page.evaluate(() => navigator.clipboard.readText())).toBe(secret)
      await manager.page.getByRole('button', { name: 'Done' }).click()
      await dialog(manager.page).waitFor({ state: 'detached' })
      expect(await manager.page.content()).not.toContain(secret)
      // Nor does the API say it again, or any part of it that the mask does not show.
      const all = await manager.page.evaluate(async () =>
        (await fetch('/v1/workspaces/agency-a/keys?limit=200')).text(),
      )
      expect(all).toContain(name)
      expect(all).not.toContain(secret.slice(-38))
    },
  },
  'Rename a key': {
    'Open the API Keys page': () => goTo(manager, 'agency-a'),
    'Click the menu icon next to the key': async () => {
      const name = someName('With a menu')
      await keyOnHand(manager.page, name)
      await rowOf(manager.page, name)
        .getByRole('button', { name: `Actions for ${name}` })
        .click()
      await manager.page.getByRole('menuitem', { name: 'Rename' }).waitFor()
      await manager.page.keyboard.press('Escape')
    },
    'Select Rename and enter a new name': async () => {
      const [name, next] = [someName('Old name'), someName('New name')]
      const agent = await agentWith(await keyOnHand(manager.page, name))
      await rename(manager.page, name, next)
      await rowOf(manager.page, next).waitFor()
      // The second manager, who looks at the same workspace, sees it too; the agent notices nothing.
      await rowOf(second.page, next).waitFor()
      expect(await agent.callTool('whoami')).toContain(next)
    },
  },
  'Revoke a key': {
    'Open the API Keys page': () => goTo(second, 'agency-a'),
    'Click the menu icon next to the key': async () => {
      const name = someName('Of The manager')
      await keyOnHand(manager.page, name)
      // A key belongs to the workspace and not to who made it.
      await rowOf(second.page, name)
        .getByRole('button', { name: `Actions for ${name}` })
        .click()
      await second.page.getByRole('menuitem', { name: 'Revoke' }).waitFor()
      await second.page.keyboard.press('Escape')
    },
    'Select Revoke': async () => {
      const name = someName('Asked for')
      await keyOnHand(manager.page, name)
      await choose(manager.page, name, 'Revoke')
      await dialog(manager.page).getByText(name).first().waitFor()
      await dialog(manager.page).getByRole('button', { name: 'Cancel' }).click()
      await dialog(manager.page).waitFor({ state: 'detached' })
      expect(await rowOf(manager.page, name).textContent()).toContain('Active')
    },
    'Confirm the revocation': async () => {
      const name = someName('Confirmed')
      await keyOnHand(manager.page, name)
      await revoke(manager.page, name)
      await rowOf(manager.page, name).getByText('Revoked').waitFor()
    },
    'Once revoked, the key stops working immediately.': async () => {
      for (const transport of ['http', 'stdio'] as const) {
        const name = someName('Stops')
        const agent = await agentWith(await keyOnHand(manager.page, name), transport)
        expect(await agent.callTool('whoami')).toContain(name)
        await revoke(manager.page, name)
        // The very next call, on the connection that has been open all along, while The manager watches.
        expect(await refusal(agent.callTool('whoami'))).toContain('Unauthorized')
        await rowOf(manager.page, name).getByText('Revoked').waitFor()
      }
    },
    'Any agent using that key will receive “Unauthorized” errors.': async () => {
      const name = someName('Shared')
      const secret = await keyOnHand(manager.page, name)
      const all = [await agentWith(secret), await agentWith(secret, 'stdio'), await agentWith(secret)]
      const another = await agentWith(await keyOnHand(manager.page, someName('Another')))
      await revoke(manager.page, name)
      for (const agent of all)
        expect(await refusal(agent.callTool('list_keys'))).toContain(
          'Unauthorized: API key is missing, invalid, expired or revoked',
        )
      expect(await another.callTool('whoami')).toContain('agency-a')
    },
  },
  'Key Scoping': {
    'API keys are scoped to the workspace where they were created.': async () => {
      const name = someName('Scoped')
      await keyOnHand(manager.page, name)
      await manager.page.getByLabel('Workspace').selectOption({ label: 'Agency Workspace B' })
      await manager.page.waitForURL('**workspace=agency-b**')
      await manager.page.getByRole('row').nth(1).waitFor()
      expect(await rowOf(manager.page, name).count()).toBe(0)
      await goTo(manager, 'agency-a')
      await rowOf(manager.page, name).waitFor()
    },
    'A key created in “Agency Workspace A” can only access data from that workspace': async () => {
      const agent = await agentWith(await keyOnHand(manager.page, someName('In A')))
      expect(await agent.callTool('whoami')).toContain('agency-a')
      expect(await agent.callTool('review_activity')).not.toContain('agency-b')
    },
    'It cannot access data from “Agency Workspace B”, even if you’re a member of both': async () => {
      await goTo(manager, 'agency-b')
      const inB = someName('In B')
      await keyOnHand(manager.page, inB)
      await goTo(manager, 'agency-a')
      const agent = await agentWith(await keyOnHand(manager.page, someName('In A')))
      for (const tool of ['whoami', 'list_keys', 'review_activity'])
        expect(await agent.callTool(tool)).not.toContain(inB)
      // And The second manager, a member of A only, is told of B what would be told of a workspace that does not exist.
      const seen = await second.page.evaluate(async () => {
        const texts = ['agency-b', 'agency-z'].map(async (id) =>
          (await fetch(`/v1/workspaces/${id}/keys`)).text(),
        )
        return Promise.all(texts)
      })
      expect(seen[0]).toBe(seen[1])
    },
    'If you work across multiple workspaces, you’ll need a separate key for each one': async () => {
      const secrets: string[] = []
      for (const workspace of ['agency-a', 'agency-b']) {
        await goTo(manager, workspace)
        // The same name in both is no conflict: names are those of a workspace.
        secrets.push(await keyOnHand(manager.page, 'Separate'))
      }
      await goTo(manager, 'agency-a')
      const said: string[] = []
      for (const secret of secrets) said.push(await (await agentWith(secret)).callTool('whoami'))
      expect(said[0]).toContain('agency-a')
      expect(said[1]).toContain('agency-b')
    },
  },
  'If Your Key Is Compromised': {
    'Revoke the key immediately from the API Keys page': async () => {
      stolen.secret = await keyOnHand(manager.page, stolen.name)
      const owner = await agentWith(stolen.secret)
      await owner.callTool('whoami')
      await choose(manager.page, stolen.name, 'Report as compromised')
      await manager.page.getByRole('button', { name: 'Revoke key' }).click()
      await manager.page.getByText(`${stolen.name} is no longer accepted anywhere`).first().waitFor()
      expect(await refusal(owner.callTool('whoami'))).toContain('Unauthorized')
    },
    'Generate a new key with a different name': async () => {
      const { page } = manager
      await page.getByRole('button', { name: 'Make a new key' }).click()
      const field = dialog(page).getByLabel('Name')
      expect(await field.inputValue()).not.toBe(stolen.name)
      await field.fill(stolen.name)
      await page.getByRole('button', { name: 'Create key' }).click()
      // The same name would hide in the activity which of the two was used.
      await dialog(page).locator('[aria-invalid=true]').waitFor()
      await field.fill(stolen.successor)
      await page.getByRole('button', { name: 'Create key' }).click()
      const secret = await shownSecret(page)
      expect(secret).not.toBe(stolen.secret)
      expect(await (await agentWith(secret)).callTool('whoami')).toContain(stolen.successor)
    },
    'Update your coding agent with the new key by removing and re-adding the MCP server (see Setup Guide)':
      async () => {
        // In the dialog with the secret, and once more as a step of its own.
        await dialog(manager.page).getByText('claude mcp remove').waitFor()
        await copyAndClose(manager.page)
        const { page } = manager
        const continued = page.getByRole('button', { name: 'Continue' })
        if (await continued.isVisible()) await continued.click()
        await page.getByText('claude mcp remove').waitFor()
        await page.getByText('claude mcp add').waitFor()
        await page.getByRole('button', { name: 'My agent is updated' }).click()
      },
    'Review your workspace activity for any unexpected usage': async () => {
      // The thief tries again, after the revocation.
      expect(await refusal(agentWith(stolen.secret))).toContain('Unauthorized')
      const { page } = manager
      await page.getByRole('link', { name: 'See every entry' }).click()
      await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
      await page.getByText('After revocation').first().waitFor()
      await page
        .getByText(/Tried for .* refused, the key was revoked/)
        .first()
        .waitFor()
      await page
        .getByText(/Used for whoami by .* accepted/)
        .first()
        .waitFor()
    },
  },
}

const stolen = { name: 'Stolen laptop', successor: 'Laptop from Monday', secret: '' }

const sentences = sentencesOfManual()

test('every sentence of the manual has a proof, and every proof a sentence', () => {
  const named = Object.entries(proofs).flatMap(([heading, texts]) =>
    Object.keys(texts).map((text) => `${heading}: ${text}`),
  )
  expect(sentences.map(({ heading, text }) => `${heading}: ${text}`)).toEqual(named)
})

describe('the manual says', () => {
  test.each(sentences.map(({ heading, text }) => [heading, text] as const))(
    '%s: %s',
    async (heading, text) => {
      const proof = proofs[heading]?.[text]
      if (proof === undefined) throw new Error('no proof')
      await proof()
      expect([...manager.complaints(), ...second.complaints()]).toEqual([])
    },
    60_000,
  )
})
