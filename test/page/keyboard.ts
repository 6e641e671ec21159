import { expect } from '@jest/globals'
import type { Page } from 'playwright-core'

type Role = Parameters<Page['getByRole']>[0]

/** Somebody who has a keyboard and nothing else, and is told where the focus is and what is read aloud. */
export interface Keyboard {
  /** Presses keys one after the other, and insists that the focus is somewhere after each. */
  readonly press: (...keys: ReadonlyArray<string>) => Promise<void>
  readonly type: (text: string) => Promise<void>
  /** Insists that the focus is, or comes to be, at this. */
  readonly expectAt: (role: Role, name: string | RegExp) => Promise<void>
  /** Goes on by Tab, or back, until the focus is at this. */
  readonly tabTo: (role: Role, name: string | RegExp, key?: 'Tab' | 'Shift+Tab') => Promise<void>
  /** Insists that this is read aloud, or was since the last time that somebody listened. */
  readonly expectHeard: (text: string | RegExp) => Promise<void>
  /** Insists that Tab leads through the open dialog and nowhere else. */
  readonly expectTrapped: () => Promise<void>
  /** Insists that the focus is somewhere, once the page has been drawn. */
  readonly expectSomewhere: () => Promise<void>
  readonly page: Page
}

/** How often Tab is pressed at most to get somewhere. */
const tabsMax = 400

/** `patienceMs` is how long it waits for the focus to come, and for words to be read aloud. */
export const keyboardOf = async (page: Page, patienceMs = 5_000): Promise<Keyboard> => {
  const lost: string[] = []
  await page.exposeBinding('tellLost', (_source, where: string) => void lost.push(where))
  await page.addInitScript(watchFocus)
  await page.addInitScript(listen)
  const expectNotLost = (): void => expect(lost.splice(0)).toEqual([])
  const press: Keyboard['press'] = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key)
    expectNotLost()
  }
  const at = (role: Role, name: string | RegExp) =>
    page.getByRole(role, { name, exact: true }).and(page.locator(':focus'))
  return {
    press,
    type: (text) => page.keyboard.type(text),
    expectAt: async (role, name) => {
      try {
        await at(role, name).waitFor({ timeout: patienceMs })
      } catch {
        throw new Error(`the focus is not at ${role} ${String(name)} but at ${await focused(page)}`)
      }
      expectNotLost()
    },
    tabTo: async (role, name, key = 'Tab') => {
      for (let tabs = 0; tabs < tabsMax; tabs += 1) {
        await press(key)
        if ((await at(role, name).count()) > 0) return
      }
      throw new Error(`${key} does not lead to ${role} ${String(name)}`)
    },
    expectHeard: async (text) => {
      const source =
        typeof text === 'string' ? text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`) : text.source
      try {
        await page.waitForFunction(
          (pattern) => {
            const heard = (globalThis as unknown as { readonly heard: string[] }).heard
            const i = heard.findIndex((line) => new RegExp(pattern).test(line))
            if (i >= 0) heard.splice(0, i + 1)
            return i >= 0
          },
          source,
          { timeout: patienceMs },
        )
      } catch {
        const heard = await page.evaluate(() => (globalThis as unknown as { readonly heard: string[] }).heard)
        throw new Error(`“${source}” is not read aloud, but ${JSON.stringify(heard)}`)
      }
    },
    expectTrapped: async () => {
      const seen = new Set<string>()
      for (let tabs = 0; tabs < 60; tabs += 1) {
        await page.keyboard.press('Tab')
        const place = await page.evaluate(() => {
          const dialogs = Array.from(document.querySelectorAll('dialog[open]'))
          const { activeElement } = document
          if (activeElement === null || activeElement === document.body) return 'the browser'
          return dialogs.at(-1)?.contains(activeElement) === true
            ? 'inside'
            : `outside: ${activeElement.outerHTML}`
        })
        seen.add(place)
        if (place.startsWith('outside')) break
      }
      expect(Array.from(seen).filter((place) => place.startsWith('outside'))).toEqual([])
      expect(seen).toContain('inside')
    },
    expectSomewhere: async () => {
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      )
      expectNotLost()
    },
    page,
  }
}

const focused = async (page: Page): Promise<string> => {
  const snapshot =
    (await page.locator(':focus').count()) > 0 ? await page.locator(':focus').ariaSnapshot() : 'nothing'
  return snapshot.split('\n')[0] ?? 'nothing'
}

/** Looks in each frame whether the focus is nowhere after it was somewhere; Tab may lead out of the page. */
const watchFocus = (): void => {
  let last: Element | undefined
  let lastKey = ''
  addEventListener('keydown', ({ key }) => void (lastKey = key), { capture: true })
  const look = (): void => {
    const { activeElement } = document
    if (activeElement !== null && activeElement !== document.body) last = activeElement
    else if (last !== undefined) {
      if (lastKey !== 'Tab' || !last.checkVisibility())
        (globalThis as unknown as { tellLost: (where: string) => void }).tellLost(
          `after ${lastKey}: ${last.outerHTML.slice(0, 200)}`,
        )
      last = undefined
    }
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/**
 * Notes what a screen reader would read by itself: what comes into a live region that was there before, and alerts.
 * What is behind a dialog is not read.
 */
const listen = (): void => {
  const heard: string[] = []
  Object.assign(globalThis, { heard })
  const regionOf = (node: Node): Element | null =>
    (node instanceof Element ? node : node.parentElement)?.closest(
      '[role=status], [role=alert], [aria-live]',
    ) ?? null
  const isBehind = (region: Element): boolean => {
    const dialog = Array.from(document.querySelectorAll('dialog:modal')).at(-1)
    return dialog !== undefined && !dialog.contains(region)
  }
  const read = (region: Element): void => {
    const text = (region.textContent ?? '').replaceAll(/\s+/g, ' ').trim()
    if (text !== '' && !isBehind(region)) heard.push(text)
  }
  new MutationObserver((mutations) => {
    const added = new Set<Node>(mutations.flatMap(({ addedNodes }) => Array.from(addedNodes)))
    const regions = new Set<Element>()
    for (const { target } of mutations) {
      const region = regionOf(target)
      if (region !== null && !Array.from(added).some((node) => node !== region && node.contains(region)))
        regions.add(region)
    }
    for (const node of added)
      if (node instanceof Element) {
        const alerts = node.matches('[role=alert]')
          ? [node]
          : Array.from(node.querySelectorAll('[role=alert]'))
        for (const alert of alerts) regions.add(alert)
      }
    for (const region of regions) read(region)
  }).observe(document, { subtree: true, childList: true, characterData: true })
}
