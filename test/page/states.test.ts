import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { cutOff, moving, nameless, tooWide, violations, withoutFocusRing, wordsInSight } from './looking.js'
import { photograph, shown, views } from './showing.js'
import { openStage, type Stage } from './stage.js'
import { states } from './states.js'
import type { State, ViewName } from './states/state.js'

/*
 * Every state of the page is looked at in light, in dark and on a phone: by axe, for what is cut off or too wide, for
 * what has no name, moves against the person's wish, or does not show that it has the focus.
 */
let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 60_000)
afterAll(async () => {
  await stage?.close()
})

/** Everything that is wrong with what the page shows now. */
const faults = async (page: Page, view: ViewName): Promise<ReadonlyArray<string>> => {
  // Nothing but the colours is another in the dark, and the phone has those of the light.
  const rules = { light: 'all', dark: 'colours', phone: 'all but colours' } as const
  const found = {
    axe: await violations(page, rules[view]),
    'no focus ring': await withoutFocusRing(page),
    ...(view === 'dark'
      ? {}
      : {
          'no name': await nameless(page),
          moving: await moving(page),
          'too wide': await tooWide(page),
          'cut off': await cutOff(page),
        }),
  }
  return Object.entries(found).flatMap(([what, lines]) => lines.map((line) => `${view}: ${what}: ${line}`))
}

describe('in light, in dark and on a phone nothing is wrong with', () => {
  test.each(states.map((state) => [state.name, state] as const))(
    '%s',
    async (_name, state) => {
      const { page, context, complaints } = await shown(stage, state)
      const found: string[] = []
      for (const [view, look] of views) {
        await look(page)
        await photograph(page, state, view)
        found.push(...(await faults(page, view)))
      }
      await context.close()
      expect(found).toEqual([])
      expect(complaints()).toEqual([])
    },
    60_000,
  )
})

const stateOf = (name: string): State => {
  const state = states.find((one) => one.name === name)
  if (state === undefined) throw new Error(`there is no state ${name}`)
  return state
}

describe('nothing is lost', () => {
  const read = [
    'keys in every state',
    'names that are long, and of other scripts',
    'activity, long names and texts',
  ]

  test.each(read)('in a window of 320 pixels: %s', async (name) => {
    const { page, context } = await shown(stage, stateOf(name))
    const words = await wordsInSight(page)
    await page.setViewportSize({ width: 320, height: 640 })
    const after = await wordsInSight(page)
    const [wide, cut] = [await tooWide(page), await cutOff(page)]
    await context.close()
    expect({ wide, cut, lost: words.filter((word) => !after.includes(word)) }).toEqual({
      wide: [],
      cut: [],
      lost: [],
    })
  })

  test.each(read)('with letters of twice the size: %s', async (name) => {
    const { page, context } = await shown(stage, stateOf(name))
    const words = await wordsInSight(page)
    const session = await context.newCDPSession(page)
    await session.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } })
    const isLarge = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
    const after = await wordsInSight(page)
    const [wide, cut] = [await tooWide(page), await cutOff(page)]
    await context.close()
    expect(isLarge).toBe('32px')
    expect({ wide, cut, lost: words.filter((word) => !after.includes(word)) }).toEqual({
      wide: [],
      cut: [],
      lost: [],
    })
  })
})

describe('control: it is noticed', () => {
  /** What is put into the page, and who must find it. */
  const planted: ReadonlyArray<
    readonly [what: string, plant: () => void, find: (page: Page) => Promise<ReadonlyArray<string>>]
  > = [
    [
      'that a field has lost its label',
      () => document.querySelector('dialog label')?.remove(),
      (page) => violations(page, 'all'),
    ],
    [
      'that a text is hardly to be read',
      () => document.querySelector<HTMLElement>('dialog .field-hint')?.style.setProperty('color', '#999'),
      (page) => violations(page, 'colours'),
    ],
    [
      'that a button says nothing',
      () =>
        document
          .querySelector('dialog [aria-label="Close dialog"]')
          ?.replaceWith(document.createElement('button')),
      nameless,
    ],
    [
      'that the focus cannot be seen',
      () => document.querySelector<HTMLElement>('dialog input')?.style.setProperty('outline', 'none'),
      withoutFocusRing,
    ],
    [
      'that something turns all the time',
      () =>
        document
          .querySelector<HTMLElement>('dialog h2')
          ?.style.setProperty('animation', 'turn 1s infinite', 'important'),
      moving,
    ],
    [
      'that something is wider than the window',
      () => document.querySelector<HTMLElement>('main')?.style.setProperty('min-width', '2000px'),
      tooWide,
    ],
    [
      'that a text is cut off',
      () => {
        const title = document.querySelector<HTMLElement>('dialog h2')
        title?.style.setProperty('overflow', 'hidden')
        title?.style.setProperty('max-width', '1rem')
        title?.style.setProperty('white-space', 'nowrap')
      },
      cutOff,
    ],
  ]

  test.each(planted)('%s', async (_what, plant, find) => {
    const { page, context } = await shown(stage, stateOf('New key'))
    const before = await find(page)
    await page.evaluate(plant)
    const after = await find(page)
    await context.close()
    expect(before).toEqual([])
    expect(after).not.toEqual([])
  })
})
