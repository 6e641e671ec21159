const circle = 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2'

const paths = {
  key: 'M10.2 9.1a3.3 3.3 0 1 0-3-1.9L2.5 11.9v1.6h2.2V12h1.6v-1.6h1.5l1-1.4M11.2 4.8h.01',
  plus: 'M8 3v10M3 8h10',
  dots: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  copy: 'M5.5 5.5v-2a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2M3.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1z',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  warning: 'M8 2.2l6.3 11H1.7zM8 6.6v2.8M8 11.3h.01',
  info: `${circle}M8 7.3v3.6M8 5.1h.01`,
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9M10.4 10.4l3.1 3.1',
  clock: `${circle}M8 4.8V8l2.2 1.4`,
  ended: `${circle}M3.8 3.8l8.4 8.4`,
  active: `${circle}M5.4 8.2l1.8 1.8 3.4-3.7`,
  close: 'M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4',
  back: 'M9.5 3.5L5 8l4.5 4.5',
  pulse: 'M1.5 8h3l2-5 3 10 2-5h3',
  pencil: 'M9.7 3.8l2.5 2.5M2.8 13.2l.6-2.9 7.4-7.4a1.2 1.2 0 0 1 1.7 0l.6.6a1.2 1.2 0 0 1 0 1.7l-7.4 7.4z',
} as const satisfies Record<string, string>

export type IconName = keyof typeof paths

/** A picture beside words; it says nothing that the words do not say. */
export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg className={`icon icon-${name}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
)
