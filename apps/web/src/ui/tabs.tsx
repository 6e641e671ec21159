import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react'

export interface TabOption<A extends string> {
  readonly value: A
  readonly label: string
}

/** Tabs of which one is chosen; the arrow keys go through them, Tab goes on to what the chosen one shows. */
export const Tabs = <A extends string>({
  label,
  options,
  value,
  onChange,
  children,
}: {
  readonly label: string
  readonly options: ReadonlyArray<TabOption<A>>
  readonly value: A
  readonly onChange: (value: A) => void
  readonly children: ReactNode
}) => {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = options.findIndex((option) => option.value === value)
    const next = options.at(nextIndex(event.key, at, options.length) ?? at)
    if (next === undefined || next.value === value) return
    event.preventDefault()
    onChange(next.value)
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.value}"]`)?.focus()
  }
  return (
    <div className="tabs">
      <div ref={list} role="tablist" aria-label={label} className="tab-list" onKeyDown={onKeyDown}>
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            role="tab"
            id={`${id}-${option.value}`}
            data-tab={option.value}
            className="tab"
            aria-selected={option.value === value}
            aria-controls={`${id}-panel`}
            tabIndex={option.value === value ? 0 : -1}
            onClick={() => onChange(option.value)}
          >
            {option.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className="tab-panel">
        {children}
      </div>
    </div>
  )
}

const nextIndex = (key: string, at: number, count: number): number | undefined => {
  if (key === 'ArrowRight') return (at + 1) % count
  if (key === 'ArrowLeft') return (at - 1 + count) % count
  if (key === 'Home') return 0
  return key === 'End' ? count - 1 : undefined
}
