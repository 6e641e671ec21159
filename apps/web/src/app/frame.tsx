import type { Me, Workspace } from '@detrics/keys-client'
import type { ReactNode } from 'react'
import { Icon } from '../ui/icon.js'
import { PlaceLink } from '../ui/place-link.js'
import { Said } from '../ui/said.js'
import type { Place, View } from '../url/place.js'
import { SignOut } from './sign-out.js'
import { WorkspaceSwitch } from './workspace-switch.js'

interface FrameProps {
  readonly me?: Me
  readonly workspace?: Workspace
  readonly place?: Place
  /** Keeps the room of what is not known yet. */
  readonly isLoading?: boolean
  readonly children: ReactNode
}

/** What stands around every view: the product, the workspace, the person, and the way to the other view. */
export const Frame = ({ me, workspace, place, isLoading, children }: FrameProps) => (
  <>
    <a className="skip-link" href="#content">
      Skip to the content
    </a>
    <header className="top">
      <div className="top-inner">
        <span className="product">
          <span className="product-mark">
            <Icon name="key" />
          </span>
          Detrics Keys
        </span>
        {me !== undefined && workspace !== undefined && <WorkspaceSwitch me={me} workspace={workspace} />}
        {me !== undefined && <Person me={me} />}
      </div>
      {isLoading === true && <div className="views-room" />}
      {workspace !== undefined && place !== undefined && <Views workspace={workspace} place={place} />}
    </header>
    <main id="content" className="content" tabIndex={-1}>
      {children}
    </main>
    <footer className="bottom">
      <a href="/docs">API reference</a>
    </footer>
  </>
)

const Person = ({ me: { name, signedInBy } }: { readonly me: Me }) => (
  <div className="person">
    <span className="person-name" title={name}>
      <span className="only-heard">Signed in as </span>
      <Said>{name}</Said>
    </span>
    {signedInBy === 'session' && <SignOut />}
  </div>
)

const views: ReadonlyArray<readonly [View & { readonly name: 'keys' | 'activity' | 'set-up' }, string]> = [
  [{ name: 'keys' }, 'Keys'],
  [{ name: 'activity' }, 'Activity'],
  [{ name: 'set-up' }, 'Set-up guide'],
]

const Views = ({
  workspace: { workspaceId },
  place,
}: {
  readonly workspace: Workspace
  readonly place: Place
}) => (
  <nav className="views" aria-label="Views">
    {views.map(([view, label]) => (
      <PlaceLink
        key={label}
        to={{ workspaceId, view }}
        aria-current={place.view.name === view.name ? 'page' : undefined}
      >
        {label}
      </PlaceLink>
    ))}
  </nav>
)
