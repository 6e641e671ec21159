import { keysLead } from '../app/loading.js'
import { useMember } from '../app/member.js'
import { Hint } from '../ui/trouble.js'
import type { KeysView as KeysViewPlace } from '../url/place.js'
import { KeyFilters } from './key-filters.js'
import { KeyList } from './key-list.js'
import { NewKeyButton } from './new-key-button.js'
import { SafeKeeping } from './safe-keeping.js'
import { useKeys } from './use-keys.js'

/** All keys of the workspace, and everything that is done with them. */
export const KeysView = ({ view }: { readonly view: KeysViewPlace }) => {
  const { isManager } = useMember()
  const keys = useKeys(view)
  return (
    <>
      <div className="page-header">
        <div>
          <h1 id="page-title" tabIndex={-1}>
            API Keys
          </h1>
          <p className="lead">{keysLead}</p>
        </div>
        <NewKeyButton />
      </div>
      {!isManager && (
        <Hint tone="info">
          <p>
            You are a viewer here: you see the keys and what is done with them. Managers make, rename and
            revoke them.
          </p>
        </Hint>
      )}
      <section className="card" aria-label="Keys">
        <KeyFilters view={view} />
        <KeyList view={view} keys={keys} />
      </section>
      <SafeKeeping />
    </>
  )
}
