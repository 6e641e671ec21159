import type { ReactNode } from 'react'
import type { Trouble } from '../words/problem-words.js'
import { Button } from './button.js'
import { Icon } from './icon.js'

/** What went wrong, where something was to be done: read aloud at once. */
export const Alert = ({ trouble: { title, detail } }: { readonly trouble: Trouble }) => (
  <div className="alert alert-bad" role="alert">
    <Icon name="warning" />
    <div>
      <strong>{title}</strong>
      <p>{detail}</p>
    </div>
  </div>
)

/** What the person should know, and no error. */
export const Hint = ({
  tone,
  children,
}: {
  readonly tone: 'info' | 'warning'
  readonly children: ReactNode
}) => (
  <div className={`alert alert-${tone}`}>
    <Icon name={tone === 'info' ? 'info' : 'warning'} />
    <div>{children}</div>
  </div>
)

/** What stands in place of something that could not be loaded. */
export const Failed = ({
  trouble: { title, detail },
  onRetry,
}: {
  readonly trouble: Trouble
  readonly onRetry: () => void
}) => (
  <div className="state" role="alert">
    <span className="state-icon is-bad">
      <Icon name="warning" />
    </span>
    <h2>{title}</h2>
    <p>{detail}</p>
    <Button onClick={onRetry}>Try again</Button>
  </div>
)

/** What stands in place of a list with nothing in it: why, and what to do. */
export const Empty = ({
  title,
  children,
  action,
}: {
  readonly title: string
  readonly children: ReactNode
  readonly action?: ReactNode
}) => (
  <div className="state">
    <span className="state-icon">
      <Icon name="key" />
    </span>
    <h2>{title}</h2>
    <p>{children}</p>
    {action}
  </div>
)
