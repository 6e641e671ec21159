import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../support/processes.js'
import { keyIdOf, type Looking, type Stage } from './stage.js'
import type { State, ViewName } from './states/state.js'
import { stories } from './stories.js'
import { pagePath, type Person } from './world.js'

/** How wide and high the window is where nothing else is said. */
export const wide = { width: 1280, height: 800 } as const

const slugOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

/** Each state has a workspace of its own, so that none disturbs another. */
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

/** The address of a state; keys stand in its place by name, for their ids differ from one workspace to the next. */
const pathOf = (state: State): string => {
  const { place = '' } = state
  if (place.startsWith('/')) return place
  const query = new URLSearchParams(
    place.startsWith('?') ? place : `?workspace=${workspaceOf(state)}${place}`,
  )
  const isName = (text: string): boolean =>
    Object.values(stories).some((story) => story.some(({ key }) => key === text))
  for (const name of ['key', 'successor']) {
    const key = query.get(name)
    if (key !== null && isName(key)) query.set(name, keyIdOf(workspaceOf(state), key))
  }
  return `${pagePath}?${query.toString()}`
}

/** Opens a browser and leads it to a state. Whoever asks closes its context. */
export const shown = async (
  stage: Stage,
  state: State,
  context: Parameters<Stage['visitor']>[1] = {},
): Promise<Person> => {
  const workspaceId = workspaceOf(state)
  await stage.tell(workspaceId, state.story ?? 'agency')
  const person = await stage.visitor(lookingOf(state), {
    viewport: wide,
    reducedMotion: 'reduce',
    ...context,
  })
  const at = { page: person.page, workspaceId }
  await state.first?.(at)
  await person.page.goto(`${stage.url}${pathOf(state)}`)
  await person.page.getByRole('heading', { level: 1 }).waitFor()
  await state.reach?.(at)
  for (const locator of state.sees(at)) await locator.waitFor()
  return person
}

/** The ways in which each state is looked at, one after the other on the same page. */
export const views: ReadonlyArray<readonly [ViewName, (page: Page) => Promise<void>]> = [
  ['light', () => Promise.resolve()],
  ['dark', (page) => page.emulateMedia({ colorScheme: 'dark' })],
  [
    'phone',
    async (page) => {
      await page.emulateMedia({ colorScheme: 'light' })
      await page.setViewportSize({ width: 360, height: 740 })
      const session = await page.context().newCDPSession(page)
      await session.send('Emulation.setTouchEmulationEnabled', { enabled: true })
    },
  ],
]

/** Pictures of all go here, for whoever wants to look as well. */
const pictureFolder = join(tmpdir(), 'detrics-keys-screens')
/** With SCREENS=1 those that the README shows are made anew. */
const readmeFolder = join(root, 'docs/screens')
const isForReadme = process.env['SCREENS'] === '1'

const pictureHeightMax = 2_400
/** Pictures for the README are small: they are loaded with it, and kept for ever. */
const readmeMax = { width: 1_120, height: 960 } as const

/** Takes a picture of all that there is to see; under a dialog or a menu, of what is in the window. */
export const photograph = async (page: Page, state: State, view: ViewName): Promise<void> => {
  const window = page.viewportSize() ?? wide
  const isOverlaid = (await page.locator('dialog[open], :popover-open').count()) > 0
  const take = async (folder: string, name: string, widthMax: number, heightMax: number): Promise<void> => {
    mkdirSync(folder, { recursive: true })
    const width = Math.min(window.width, widthMax)
    await page.setViewportSize({ width, height: window.height })
    const height = await page.evaluate(() => document.documentElement.scrollHeight)
    if (!isOverlaid) await page.setViewportSize({ width, height: Math.min(height, heightMax) })
    await page.screenshot({ path: join(folder, `${name}.png`) })
  }
  await take(pictureFolder, `${slugOf(state.name)}.${view}`, window.width, pictureHeightMax)
  const picture = state.pictures?.[view]
  if (isForReadme && picture !== undefined)
    await take(readmeFolder, picture, readmeMax.width, view === 'phone' ? window.height : readmeMax.height)
  await page.setViewportSize(window)
}
