import type { Me, Workspace } from '@detrics/keys-client'
import { useEffect, useRef } from 'react'
import { ActivityView } from '../activity/activity-view.js'
import { SetUpView } from '../agents/set-up-view.js'
import { CompromisedView } from '../compromise/compromised-view.js'
import { useResource } from '../data/use-resource.js'
import { DialogHost } from '../dialogs/dialog-host.js'
import { useDialogs } from '../dialogs/dialogs.js'
import { KeysView } from '../keys/keys-view.js'
import { focusFirst } from '../ui/focus.js'
import { Failed } from '../ui/trouble.js'
import type { Place } from '../url/place.js'
import { navigate, usePlace } from '../url/use-place.js'
import { troubleOf } from '../words/problem-words.js'
import { useApi, useConnection } from './api.js'
import { ConnectionBanner } from './connection-banner.js'
import { Frame } from './frame.js'
import { LoadingPage } from './loading.js'
import { MemberProvider } from './member.js'
import { NoticeBar } from './notice-bar.js'
import { NoWorkspace, SignIn, UnknownWorkspace } from './outside.js'

const meRefreshMs = 60_000

/** The whole page: whoever is not signed in sees nothing of it. */
export const Page = () => {
  const { client, ask } = useApi()
  const { isSignedOut } = useConnection()
  const { open } = useDialogs()
  const me = useResource('me', (signal) => ask(client.getMe({}, { signal })), meRefreshMs)
  // A dialog that is open may hold a key that nobody has copied yet.
  if (isSignedOut && open === undefined) return <SignIn wasSignedIn={me.value !== undefined} />
  if (me.value !== undefined) return <SignedIn me={me.value} />
  if (me.error === undefined) return <LoadingPage />
  return (
    <Frame>
      <h1 className="only-heard">API Keys</h1>
      <Failed trouble={troubleOf(me.error)} onRetry={me.reload} />
    </Frame>
  )
}

const SignedIn = ({ me }: { readonly me: Me }) => {
  const place = usePlace()
  const workspace = workspaceOf(me, place)
  const isUnsaid = place.workspaceId === undefined && workspace !== undefined
  useEffect(() => {
    if (isUnsaid && workspace !== undefined)
      navigate({ ...place, workspaceId: workspace.workspaceId }, 'replace')
  }, [isUnsaid, workspace, place])
  if (me.workspaces.length === 0) return <NoWorkspace me={me} />
  if (workspace === undefined) return <UnknownWorkspace me={me} />
  return (
    <MemberProvider me={me} workspace={workspace}>
      <Frame me={me} workspace={workspace} place={place}>
        <ConnectionBanner />
        <NoticeBar />
        <CurrentView key={workspace.workspaceId} place={place} workspace={workspace} />
      </Frame>
      <DialogHost />
    </MemberProvider>
  )
}

const workspaceOf = ({ workspaces }: Me, { workspaceId }: Place): Workspace | undefined =>
  workspaceId === undefined ? workspaces[0] : workspaces.find((one) => one.workspaceId === workspaceId)

const titles = {
  keys: 'API Keys',
  activity: 'Activity',
  'set-up': 'Set-up guide',
  compromised: 'Compromised key',
} as const

const CurrentView = ({
  place: { view },
  workspace,
}: {
  readonly place: Place
  readonly workspace: Workspace
}) => {
  const title = `${titles[view.name]} · ${workspace.name} · Detrics Keys`
  useEffect(() => {
    document.title = title
  }, [title])
  useFocusOnHeading(view.name)
  switch (view.name) {
    case 'keys':
      return <KeysView view={view} />
    case 'activity':
      return <ActivityView view={view} />
    case 'set-up':
      return <SetUpView />
    case 'compromised':
      return <CompromisedView key={view.keyId} view={view} />
  }
}

/** What was focused may have gone with the view before this one. */
const useFocusOnHeading = (view: string): void => {
  const before = useRef(view)
  useEffect(() => {
    if (before.current === view) return
    before.current = view
    if (document.activeElement === null || document.activeElement === document.body)
      focusFirst(['page-title'])
  }, [view])
}
