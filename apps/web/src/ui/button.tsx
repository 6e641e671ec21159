import type { ComponentProps } from 'react'
import { Icon, type IconName } from './icon.js'

export type ButtonKind = 'main' | 'plain' | 'danger' | 'quiet'

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly kind?: ButtonKind
  readonly icon?: IconName
  /** What the button says while its work is under way; it keeps the focus and does nothing meanwhile. */
  readonly busy?: string | undefined
}

export const Button = ({ kind = 'plain', icon, busy, children, onClick, type, ...rest }: ButtonProps) => (
  <button
    {...rest}
    type={type ?? 'button'}
    className={`button button-${kind}`}
    aria-disabled={busy === undefined ? undefined : true}
    onClick={(event) => {
      if (busy !== undefined) event.preventDefault()
      else onClick?.(event)
    }}
  >
    {busy !== undefined && <span className="spinner" aria-hidden="true" />}
    {busy === undefined && icon !== undefined && <Icon name={icon} />}
    <span>{busy ?? children}</span>
  </button>
)

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children'> {
  readonly icon: IconName
  readonly label: string
}

export const IconButton = ({ icon, label, ...rest }: IconButtonProps) => (
  <button {...rest} type="button" className="icon-button" aria-label={label} title={label}>
    <Icon name={icon} />
  </button>
)
