import type { Key } from '@detrics/keys-client'
import { useMember } from '../app/member.js'
import type { Pages } from '../data/use-pages.js'
import { useDialogs } from '../dialogs/dialogs.js'
import { Button } from '../ui/button.js'
import { PagedList } from '../ui/paged-list.js'
import { PlaceLink } from '../ui/place-link.js'
import { Empty } from '../ui/trouble.js'
import type { KeysView } from '../url/place.js'
import { keyCount } from '../words/key-words.js'
import { KeyTable } from './key-table.js'
import { SelectionBar } from './selection-bar.js'
import { useSelection } from './use-selection.js'

/** The keys, or what there is to say instead of them. */
export const KeyList = ({ view, keys }: { readonly view: KeysView; readonly keys: Pages<Key> }) => {
  const selection = useSelection(keys.items)
  return (
    <PagedList
      pages={keys}
      loading="Loading keys …"
      empty={<NoKeys view={view} />}
      emptyWords={view.search === undefined && view.status === undefined ? 'No keys yet' : 'No key fits'}
      footer={(count, hasMore) => `${hasMore ? 'First ' : ''}${keyCount(count)}`}
    >
      {(items) => (
        <>
          <SelectionBar selection={selection} />
          <KeyTable keys={items} selection={selection} />
        </>
      )}
    </PagedList>
  )
}

const NoKeys = ({ view: { search, status } }: { readonly view: KeysView }) => {
  const { workspaceId } = useMember().workspace
  if (search === undefined && status === undefined) return <FirstKey />
  return (
    <Empty
      title="No key fits"
      action={
        <PlaceLink className="button button-plain" to={{ workspaceId, view: { name: 'keys' } }}>
          Show all keys
        </PlaceLink>
      }
    >
      Nothing in this workspace matches the search and the filter.
    </Empty>
  )
}

const FirstKey = () => {
  const { workspace, isManager } = useMember()
  const { show } = useDialogs()
  if (!isManager)
    return <Empty title="No keys yet">Managers of this workspace make keys. They will appear here.</Empty>
  const { workspaceId } = workspace
  return (
    <Empty
      title="No keys yet"
      action={
        <Button
          id="first-key"
          kind="main"
          icon="plus"
          onClick={() => show({ name: 'new-key', workspaceId, opener: 'first-key' })}
        >
          Create your first key
        </Button>
      }
    >
      Make a key for each place where an agent runs, such as “Work laptop” or “CI server”, so that you can
      revoke one and keep the others.
    </Empty>
  )
}
