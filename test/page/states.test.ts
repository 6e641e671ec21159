import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../support/processes.js'
import { cutOff, moving, nameless, tooWide, violations, withoutFocusRing } from './looking.js'
import { keyIdOf, openStage, present, type Looking, type Stage } from './stage.js'
import { states, type State, type ViewName } from './states.js'
import { stories } from './stories.js'
import { pagePath, type Person } from './world.js'

/*
 * Every state of the page is looked at in light, in dark and on a phone: by axe, for what is cut off or too wide, for
 * focus that does not show. Pictures of all go into a folder for whoever wants to look too; with SCREENS=1 those that
 * the README shows are made anew.
 */
const pictureFolder = join(tmpdir(), 'detrics-keys-screens')
const readmeFolder = join(root, 'docs/screens')
const isForReadme = process.env['SCREENS'] === '1'

let stage: Stage
beforeAll(async () => {
  mkdirSync(pictureFolder, { recursive: true })
  stage = await openStage()
}, 60_000)
afterAll(async () => {
  await stage?.close()
})

const slugOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

const workspaceOf = (state: State): string => slugOf(state.name).slice(0, 60)

const lookingOf = (state: State): Looking | undefined => {
  const { looksAs = 'manager', workspaceCount = 2 } = state
  if (looksAs === 'stranger') return undefined
  if (looksAs === 'member of nothing') return { workspaces: [] }
  const all = ['A', 'B'].map((letter) => ({
    workspaceId: letter === 'A' ? workspaceOf(state) : 'agency-b',
    name: `Agency Workspace ${letter}`,
    role: looksAs,
  }))
  return { workspaces: all.slice(0, workspaceCount) }
}

/** The address of a state; keys stand in it by name, for their ids differ from one workspace to the next. */
const addressOf = (state: State): string => {
  const { place = '' } = state
  if (place.startsWith('/')) return `${stage.url}${place}`
  const query = new URLSearchParams(
    place.startsWith('?') ? place : `?workspace=${workspaceOf(state)}${place}`,
  )
  const isName = (text: string): boolean =>
    Object.values(stories).some((story) => story.some(({ key }) => key === text))
  for (const name of ['key', 'successor']) {
    const key = query.get(name)
    if (key !== null && isName(key)) query.set(name, keyIdOf(workspaceOf(state), key))
  }
  return `${stage.url}${pagePath}?${query.toString()}`
}

const reached = async (state: State): Promise<Person> => {
  const workspaceId = workspaceOf(state)
  await stage.tell(workspaceId, state.story ?? 'agency')
  const person = await stage.visitor(lookingOf(state), {
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  })
  const at = { page: person.page, workspaceId }
  await state.first?.(at)
  await person.page.goto(addressOf(state))
  await person.page.getByRole('heading', { level: 1 }).waitFor()
  await state.reach?.(at)
  for (const locator of state.sees(at)) await locator.waitFor()
  return person
}

const views: Readonly<Record<ViewName, (page: Page) => Promise<void>>> = {
  light: () => Promise.resolve(),
  dark: (page) => page.emulateMedia({ colorScheme: 'dark' }),
  phone: async (page) => {
    await page.emulateMedia({ colorScheme: 'light' })
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setTouchEmulationEnabled', { enabled: true })
    await page.setViewportSize({ width: 360, height: 740 })
  },
}

const photograph = async (page: Page, state: State, view: ViewName): Promise<void> => {
  const isOverlaid = await page.locator('dialog[open], :popover-open').count()
  const picture = state.pictures?.[view]
  if (isForReadme && picture !== undefined)
    await page.screenshot({ path: join(readmeFolder, `${picture}.png`) })
  const path = join(pictureFolder, `${slugOf(state.name)}.${view}.png`)
  await page.screenshot({ path, fullPage: isOverlaid === 0 })
}

/** Everything that is wrong with what the page shows now. */
const faults = async (page: Page, view: ViewName): Promise<ReadonlyArray<string>> => {
  const t = performance.now()
  // Nothing but the colours is another in the dark, and the phone has those of the light.
  const rules = { light: 'all', dark: 'colours', phone: 'all but colours' } as const
  const found = {
    axe: await violations(page, rules[view]),
    focus: await withoutFocusRing(page),
    ...(view === 'dark'
      ? {}
      : {
          nameless: await nameless(page),
          moving: await moving(page),
          wide: await tooWide(page),
          cut: await cutOff(page),
        }),
  }
  process.stdout.write(`${view} ${Math.round(performance.now() - t)}\n`)
  return Object.entries(found).flatMap(([what, lines]) => lines.map((line) => `${what}: ${line}`))
}

describe('in light, in dark and on a phone nothing is wrong with', () => {
  test.each(states.map((state) => [state.name, state] as const))(
    '%s',
    async (_name, state) => {
      const { page, context, complaints } = await reached(state)
      const found: string[] = []
      for (const [view, look] of Object.entries(views) as ReadonlyArray<
        [ViewName, (page: Page) => Promise<void>]
      >) {
        await look(page)
        await photograph(page, state, view)
        found.push(...(await faults(page, view)).map((fault) => `${view}: ${fault}`))
      }
      if (found.length > 0) process.stdout.write(`### ${state.name}\n${found.slice(0, 12).join('\n')}\n`)
      expect(found).toEqual([])
      expect(complaints()).toEqual([])
      await context.close()
    },
    60_000,
  )
})
void present
