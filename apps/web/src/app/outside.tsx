import type { Me } from '@detrics/keys-client'
import { Icon } from '../ui/icon.js'
import { PlaceLink } from '../ui/place-link.js'
import { Said } from '../ui/said.js'
import { queryOf } from '../url/place.js'
import { usePlace } from '../url/use-place.js'
import { Frame } from './frame.js'

/** Whoever is not known signs in first, and comes back to the same place. */
export const SignIn = ({ wasSignedIn }: { readonly wasSignedIn: boolean }) => {
  const place = usePlace()
  const returnTo = encodeURIComponent(window.location.pathname + queryOf(place))
  return (
    <Frame>
      <div className="state state-page">
        <span className="state-icon">
          <Icon name="key" />
        </span>
        <h1 id="page-title" tabIndex={-1}>
          {wasSignedIn ? 'Your session has ended' : 'Sign in to see your API keys'}
        </h1>
        <p>
          {wasSignedIn
            ? 'Sign in again to go on where you were. Nothing has happened to your keys.'
            : 'API keys authenticate your AI coding agents with Detrics. Members of a workspace manage them here.'}
        </p>
        <a className="button button-main" href={`/auth/login?returnTo=${returnTo}`}>
          {wasSignedIn ? 'Sign in again' : 'Sign in'}
        </a>
      </div>
    </Frame>
  )
}

export const NoWorkspace = ({ me }: { readonly me: Me }) => (
  <Frame me={me}>
    <div className="state state-page">
      <span className="state-icon">
        <Icon name="info" />
      </span>
      <h1 id="page-title" tabIndex={-1}>
        You are in no workspace yet
      </h1>
      <p>
        Keys belong to a workspace. Ask a manager of one to add you, <Said>{me.name}</Said>, and load this
        page again.
      </p>
    </div>
  </Frame>
)

/** The same for a workspace of others and for one that does not exist. */
export const UnknownWorkspace = ({ me }: { readonly me: Me }) => (
  <Frame me={me}>
    <div className="state state-page">
      <span className="state-icon">
        <Icon name="info" />
      </span>
      <h1 id="page-title" tabIndex={-1}>
        There is no such workspace
      </h1>
      <p>These are yours:</p>
      <ul className="plain-list">
        {me.workspaces.map(({ workspaceId, name }) => (
          <li key={workspaceId}>
            <PlaceLink to={{ workspaceId, view: { name: 'keys' } }}>
              <Said>{name}</Said>
            </PlaceLink>
          </li>
        ))}
      </ul>
    </div>
  </Frame>
)
