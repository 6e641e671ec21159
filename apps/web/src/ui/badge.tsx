import { Icon, type IconName } from './icon.js'

export type BadgeTone = 'good' | 'soon' | 'over' | 'quiet'

const icons: Readonly<Record<BadgeTone, IconName>> = {
  good: 'active',
  soon: 'clock',
  over: 'ended',
  quiet: 'clock',
}

/** A state: its words say it, its picture and colour repeat it. */
export const Badge = ({
  tone,
  icon = icons[tone],
  children,
}: {
  readonly tone: BadgeTone
  readonly icon?: IconName
  readonly children: string
}) => (
  <span className={`badge badge-${tone}`}>
    <Icon name={icon} />
    {children}
  </span>
)
