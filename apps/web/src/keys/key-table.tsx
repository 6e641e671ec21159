import type { Key } from '@detrics/keys-client'
import { useMember } from '../app/member.js'
import { KeyRow } from './key-row.js'
import type { Selection } from './use-selection.js'

const columns = ['Name', 'Status', 'Made', 'Last used', 'Ends'] as const

/**
 * A table on wide screens and cards on narrow ones. The roles are written out, since a table that is laid out otherwise
 * is no table any more to some browsers.
 */
export const KeyTable = ({
  keys,
  selection,
}: {
  readonly keys: ReadonlyArray<Key>
  readonly selection: Selection
}) => {
  const { isManager } = useMember()
  return (
    <table role="table" className={isManager ? 'keys' : 'keys is-read-only'} aria-label="API keys">
      <thead role="rowgroup">
        <tr role="row">
          {isManager && (
            <th role="columnheader" scope="col" className="cell-select">
              <SelectAll selection={selection} />
            </th>
          )}
          {columns.map((column) => (
            <th key={column} role="columnheader" scope="col">
              {column}
            </th>
          ))}
          <th role="columnheader" scope="col" className="cell-menu">
            <span className="only-heard">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {keys.map((key) => (
          <KeyRow key={key.keyId} keyShown={key} selection={selection} />
        ))}
      </tbody>
    </table>
  )
}

const SelectAll = ({
  selection: { keys, selectable, selectAll, clear },
}: {
  readonly selection: Selection
}) => {
  const isAll = keys.length > 0 && keys.length === selectable.length
  return (
    <label className="check">
      <input
        ref={(element) => {
          if (element !== null) element.indeterminate = keys.length > 0 && !isAll
        }}
        type="checkbox"
        aria-label="Select all active keys"
        checked={isAll}
        disabled={selectable.length === 0}
        onChange={() => (isAll ? clear() : selectAll())}
      />
      <span className="check-words" aria-hidden="true">
        Select all
      </span>
    </label>
  )
}
