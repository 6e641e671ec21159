import { useEffect, useRef, useState, type KeyboardEvent, type RefObject, type ToggleEvent } from 'react'
import { Icon } from './icon.js'

export interface MenuEntry {
  readonly label: string
  readonly onSelect: () => void
  readonly isDangerous?: true
  /** Begins a group of its own. */
  readonly isApart?: boolean
}

interface MenuProps {
  /** The id of the button; the focus comes back to it. */
  readonly id: string
  readonly label: string
  readonly entries: ReadonlyArray<MenuEntry>
}

type Anchor = RefObject<HTMLElement | null>

const entryHeightPx = 36
const gapPx = 4

/** A button with a menu. The browser closes it at a click elsewhere and at Escape, and gives the focus back. */
export const Menu = ({ id, label, entries }: MenuProps) => {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  useEffect(() => (isOpen ? follow(menu, button, entries.length) : undefined), [isOpen, entries.length])

  const onToggle = ({ newState }: ToggleEvent<HTMLDivElement>): void => {
    setOpen(newState === 'open')
    if (newState === 'open' && !menu.current?.contains(document.activeElement)) focusAt(menu.current, 0)
  }
  return (
    <>
      <button
        ref={button}
        id={id}
        type="button"
        className="icon-button"
        popoverTarget={`${id}-menu`}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={label}
        title={label}
        onClick={(event) => {
          // Not left to the browser, which tells of it a task later: a second Enter would meet this button again.
          event.preventDefault()
          if (menu.current?.togglePopover() === true) focusAt(menu.current, 0)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          menu.current?.showPopover()
          focusAt(menu.current, event.key === 'ArrowDown' ? 0 : -1)
        }}
      >
        <Icon name="dots" />
      </button>
      <div
        ref={menu}
        id={`${id}-menu`}
        className="menu"
        popover="auto"
        role="menu"
        aria-labelledby={id}
        onBeforeToggle={({ newState }) => {
          if (newState === 'open') place(menu.current, button.current, entries.length)
        }}
        onToggle={onToggle}
        onKeyDown={onMenuKey}
      >
        {entries.map((entry) => (
          <MenuItem key={entry.label} entry={entry} hide={() => menu.current?.hidePopover()} />
        ))}
      </div>
    </>
  )
}

const MenuItem = ({ entry, hide }: { readonly entry: MenuEntry; readonly hide: () => void }) => (
  <button
    type="button"
    role="menuitem"
    tabIndex={-1}
    className={`menu-item ${entry.isDangerous === true ? 'is-dangerous' : ''} ${entry.isApart === true ? 'is-apart' : ''}`}
    onClick={() => {
      hide()
      entry.onSelect()
    }}
  >
    {entry.label}
  </button>
)

/** Keeps an open menu at its button while the page scrolls or changes its size; returns how to end that. */
const follow = (menu: Anchor, button: Anchor, entryCount: number): (() => void) => {
  const move = (): void => place(menu.current, button.current, entryCount)
  window.addEventListener('scroll', move, { passive: true })
  window.addEventListener('resize', move)
  return () => {
    window.removeEventListener('scroll', move)
    window.removeEventListener('resize', move)
  }
}

/** Under the button, or over it where there is no room below; its right edges in line. */
const place = (menu: HTMLElement | null, button: HTMLElement | null, entryCount: number): void => {
  if (menu === null || button === null) return
  const { top, bottom, right } = button.getBoundingClientRect()
  const { clientWidth, clientHeight } = document.documentElement
  const isBelow = bottom + gapPx + (entryCount + 1) * entryHeightPx <= clientHeight
  menu.style.right = `${clientWidth - right}px`
  menu.style.top = isBelow ? `${bottom + gapPx}px` : 'auto'
  menu.style.bottom = isBelow ? 'auto' : `${clientHeight - top + gapPx}px`
}

const itemsOf = (menu: HTMLElement | null): ReadonlyArray<HTMLElement> =>
  Array.from(menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])

const focusAt = (menu: HTMLElement | null, index: number): void => itemsOf(menu).at(index)?.focus()

const onMenuKey = (event: KeyboardEvent<HTMLElement>): void => {
  const menu = event.currentTarget
  const items = itemsOf(menu)
  const at = items.findIndex((item) => item === document.activeElement)
  if (event.key === 'Tab') menu.hidePopover()
  const next = nextIndex(event.key, at, items)
  if (next === undefined) return
  event.preventDefault()
  items[next]?.focus()
}

const nextIndex = (key: string, at: number, items: ReadonlyArray<HTMLElement>): number | undefined => {
  if (key === 'ArrowDown') return (at + 1) % items.length
  if (key === 'ArrowUp') return (at - 1 + items.length) % items.length
  if (key === 'Home') return 0
  if (key === 'End') return items.length - 1
  if (!/^\S$/u.test(key)) return undefined
  const order = items.map((_, i) => (at + 1 + i) % items.length)
  return order.find((i) => items[i]?.textContent?.toLowerCase().startsWith(key.toLowerCase()))
}
