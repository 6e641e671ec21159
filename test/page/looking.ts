import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../support/processes.js'

/*
 * What is looked for in whatever the page shows. Each gives what it finds, as lines to read; nothing is good. All of it
 * is evaluated by the browser's debugger, to which the content security policy of the page does not apply.
 */

const axeSource = readFileSync(
  createRequire(join(root, 'package.json')).resolve('axe-core/axe.min.js'),
  'utf8',
)

interface Axe {
  readonly getRules: () => ReadonlyArray<{ readonly ruleId: string; readonly tags: ReadonlyArray<string> }>
  readonly run: (
    where: Document,
    options: object,
  ) => Promise<{
    readonly violations: ReadonlyArray<{
      readonly id: string
      readonly nodes: ReadonlyArray<{
        readonly target: ReadonlyArray<unknown>
        readonly failureSummary?: string
      }>
    }>
  }>
}

/** Which rules: all but those of level AAA and those that axe itself has given up, or those about colours only. */
type Rules = 'all' | 'colours' | 'all but colours'

/** What axe finds. */
export const violations = async (page: Page, which: Rules): Promise<ReadonlyArray<string>> => {
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axeSource)
  return page.evaluate(async (asked) => {
    const { axe } = globalThis as unknown as { readonly axe: Axe }
    const isAsked = (ruleId: string, tags: ReadonlyArray<string>): boolean => {
      if (tags.some((tag) => ['wcag2aaa', 'deprecated'].includes(tag))) return false
      const isColour = ['color-contrast', 'link-in-text-block'].includes(ruleId)
      return asked === 'all' || isColour === (asked === 'colours')
    }
    const rules = Object.fromEntries(
      axe.getRules().map(({ ruleId, tags }) => [ruleId, { enabled: isAsked(ruleId, tags) }]),
    )
    const found = await axe.run(document, { rules, resultTypes: ['violations'] })
    return found.violations.map(({ id, nodes }) => {
      const some = nodes
        .slice(0, 3)
        .map(({ target, failureSummary = '' }) => `${target.join(' ')}: ${failureSummary}`)
      return `${id} at ${nodes.length}: ${some.join('; ')}`
    })
  }, which)
}

interface AxNode {
  readonly ignored?: boolean
  readonly role?: { readonly value?: string }
  readonly name?: { readonly value?: string }
  readonly properties?: ReadonlyArray<{ readonly name: string; readonly value: { readonly value?: unknown } }>
}

/** Where somebody may come to whom nothing is said there: focusable, and without a name for assistive technology. */
export const nameless = async (page: Page): Promise<ReadonlyArray<string>> => {
  // Never detached: with the session would go what the page is made to believe of its network.
  const session = await page.context().newCDPSession(page)
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as {
    readonly nodes: ReadonlyArray<AxNode>
  }
  return nodes
    .filter(({ ignored, properties = [] }) => {
      const isFocusable = properties.some(({ name, value }) => name === 'focusable' && value.value === true)
      return ignored !== true && isFocusable
    })
    .filter(({ role, name }) => role?.value !== 'main' && (name?.value ?? '').trim() === '')
    .map(({ role }) => role?.value ?? 'no role')
}

/** What can be reached by Tab and does not show that it was reached, by an outline that stands out and is not cut off. */
export const withoutFocusRing = async (page: Page): Promise<ReadonlyArray<string>> => {
  // Whoever has used the keyboard last is shown the focus, also where a script has set it.
  await page.keyboard.press('Shift')
  return page.evaluate(() => {
    type Colour = readonly [number, number, number, number]
    const colour = (text: string): Colour => {
      const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number)
      return [r, g, b, a]
    }
    const luminance = ([r, g, b]: Colour): number => {
      const [x = 0, y = 0, z = 0] = [r, g, b].map((c) => {
        const part = c / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * x + 0.7152 * y + 0.0722 * z
    }
    const contrast = (a: Colour, b: Colour): number => {
      const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
      return (light + 0.05) / (dark + 0.05)
    }
    const backOf = (element: Element | null): Colour => {
      if (element === null) return [255, 255, 255, 1]
      const back = colour(getComputedStyle(element).backgroundColor)
      return back[3] === 1 ? back : backOf(element.parentElement)
    }
    /** How many sides of the ring are behind an edge that the element itself is not behind. */
    const sidesCutOff = (element: Element, ring: number): number => {
      const { left, top, right, bottom } = element.getBoundingClientRect()
      const cut = new Set<string>()
      for (let at = element.parentElement; at !== null && at !== document.body; at = at.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(at)
        if (overflowX === 'visible' && overflowY === 'visible') continue
        const edge = at.getBoundingClientRect()
        if (left >= edge.left && left - ring < edge.left - 0.5) cut.add('left')
        if (right <= edge.right && right + ring > edge.right + 0.5) cut.add('right')
        // Where there is more to scroll to, an edge is a fold.
        if (at.scrollHeight > at.clientHeight) continue
        if (top >= edge.top && top - ring < edge.top - 0.5) cut.add('top')
        if (bottom <= edge.bottom && bottom + ring > edge.bottom + 0.5) cut.add('bottom')
      }
      return cut.size
    }
    const started = document.activeElement as HTMLElement | null
    const found: string[] = []
    const selector = 'a[href], button, input, select, textarea, summary, [tabindex]'
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      if (element.tabIndex < 0 && element.getAttribute('role') !== 'menuitem') continue
      element.focus()
      // Not in sight, or behind a dialog.
      if (document.activeElement !== element) continue
      const { outlineStyle, outlineWidth, outlineOffset, outlineColor } = getComputedStyle(element)
      const [width, offset] = [parseFloat(outlineWidth), parseFloat(outlineOffset)]
      const what = `${element.tagName.toLowerCase()}.${element.className} “${element.ariaLabel ?? element.textContent.slice(0, 30)}”`
      const behind = backOf(offset < 0 ? element : element.parentElement)
      if (outlineStyle === 'none' || width < 2) found.push(`${what} has no outline`)
      else if (contrast(colour(outlineColor), behind) < 3) found.push(`${what} has a faint outline`)
      else if (sidesCutOff(element, Math.max(width + offset, 0)) > 0) found.push(`${what}: cut off`)
    }
    if (started === null || started === document.body) (document.activeElement as HTMLElement | null)?.blur()
    else started.focus()
    return found
  })
}

/** What moves for longer than 0.01 s, or would. */
export const moving = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => {
    const secondsMax = (texts: string): number =>
      Math.max(...texts.split(',').map((text) => parseFloat(text) * (text.trim().endsWith('ms') ? 0.001 : 1)))
    return Array.from(document.querySelectorAll('*'))
      .flatMap((element) => ['', '::before', '::after'].map((part) => [element, part] as const))
      .filter(([element, part]) => {
        const style = getComputedStyle(element, part === '' ? undefined : part)
        return secondsMax(style.transitionDuration) > 0.01 || secondsMax(style.animationDuration) > 0.01
      })
      .map(([{ tagName, className }, part]) => `${tagName.toLowerCase()}.${String(className)}${part}`)
  })

/** What is wider than its room: the page, or the text of a dialog. Code scrolls by itself. */
export const tooWide = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => {
    const rooms = [document.documentElement, ...document.querySelectorAll('dialog, .dialog-body, .card')]
    return rooms
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map((room) => {
        const edge = room === document.documentElement ? room.clientWidth : room.getBoundingClientRect().right
        const out = Array.from(room.querySelectorAll('*')).filter(
          (element) => element.getBoundingClientRect().right > edge + 0.5 && element.closest('pre') === null,
        )
        const names = out.slice(0, 5).map(({ tagName, className }) => `${tagName}.${String(className)}`)
        return `${room.tagName.toLowerCase()}.${room.className}: ${room.scrollWidth} in ${room.clientWidth}: ${names.join(' ')}`
      })
  })

/** Texts of which a part is behind an edge where nobody can scroll to it. */
export const cutOff = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    const isBehind = (box: DOMRect, element: Element | null): boolean => {
      if (element === null) return box.right > document.documentElement.clientWidth + 1 || box.left < -1
      const { overflowX, position } = getComputedStyle(element)
      const edge = element.getBoundingClientRect()
      if (overflowX === 'auto' || overflowX === 'scroll' || position === 'fixed') return false
      const isOut = box.right > edge.right + 1 || box.left < edge.left - 1
      return (overflowX !== 'visible' && isOut) || isBehind(box, element.parentElement)
    }
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? ''
      const parent = node.parentElement
      if (text === '' || parent === null || parent.closest('.only-heard, option, script, thead') !== null)
        continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const box = range.getBoundingClientRect()
      if (box.width > 0 && isBehind(box, parent))
        found.push(`${parent.tagName}.${parent.className} “${text.slice(0, 40)}”`)
    }
    return found
  })

/** Every word that is in sight in the content, where it is not in sight but heard only. */
export const wordsInSight = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => {
    const isSeen = (element: Element): boolean => {
      const { width, height } = element.getBoundingClientRect()
      return element.checkVisibility() && width > 1 && height > 1
    }
    const texts = Array.from(document.querySelectorAll('main *'))
      .filter((element) => element.closest('thead, .only-heard, option') === null && isSeen(element))
      .flatMap(({ childNodes }) => Array.from(childNodes))
      .filter((node) => node.nodeType === Node.TEXT_NODE)
      .map((node) => node.textContent ?? '')
    return Array.from(new Set(texts.flatMap((text) => text.split(/\s+/)))).filter((word) => word !== '')
  })
