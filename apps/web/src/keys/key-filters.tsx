import { useEffect, useId, useRef, useState } from 'react'
import { useMember } from '../app/member.js'
import { FilterField } from '../ui/field.js'
import { Icon } from '../ui/icon.js'
import { statuses, type KeysView } from '../url/place.js'
import { navigate } from '../url/use-place.js'
import { given } from '../words/given.js'
import { searchOf } from '../words/search-words.js'

const debounceMs = 250

const statusLabels = { active: 'Active', revoked: 'Revoked', expired: 'Expired' } as const

/** Search and filter. Both stand in the address, so they can be kept and shared; a pasted secret never gets that far. */
export const KeyFilters = ({ view }: { readonly view: KeysView }) => {
  const id = useId()
  const { workspace } = useMember()
  const { text, setText, heldSecret } = useSearch(view)
  return (
    <div className="filters" role="search" aria-label="Keys">
      <div className="search">
        <Icon name="search" />
        <input
          type="search"
          aria-label="Search keys"
          placeholder="Search name or key"
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          value={text}
          aria-describedby={heldSecret ? `${id}-secret` : undefined}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      <FilterField label="Status" form="inline-field">
        {(statusId) => (
          <select
            id={statusId}
            value={view.status ?? ''}
            onChange={({ target }) => {
              const status = statuses.find((one) => one === target.value)
              navigate({
                workspaceId: workspace.workspaceId,
                view: { name: 'keys', ...given({ search: view.search, status }) },
              })
            }}
          >
            <option value="">All</option>
            {statuses.map((status) => (
              <option key={status} value={status}>
                {statusLabels[status]}
              </option>
            ))}
          </select>
        )}
      </FilterField>
      <p className="filter-note" role="status" id={`${id}-secret`}>
        {heldSecret && 'That was a whole key. Only its public part is kept and searched for.'}
      </p>
    </div>
  )
}

/** What is typed, and a moment after the last letter the address that says it. */
const useSearch = (view: KeysView) => {
  const { workspace } = useMember()
  const { workspaceId } = workspace
  const [typed, setTyped] = useState({ text: view.search ?? '', heldSecret: false })
  const { search = '', status } = view
  const term = searchOf(typed.text).term.trimEnd()
  const own = useRef(search)
  useEffect(() => {
    if (term === own.current) return
    const timer = setTimeout(() => {
      own.current = term
      const next = term === '' ? undefined : term
      navigate({ workspaceId, view: { name: 'keys', ...given({ search: next, status }) } }, 'replace')
    }, debounceMs)
    return () => clearTimeout(timer)
  }, [term, workspaceId, status])
  // The address was changed otherwise: by going back, or by “Show all keys”.
  useEffect(() => {
    if (search === own.current) return
    own.current = search
    setTyped({ text: search, heldSecret: false })
  }, [search])
  return {
    text: typed.text,
    heldSecret: typed.heldSecret,
    setText: (text: string) => {
      const { term: kept, heldSecret } = searchOf(text)
      setTyped({ text: heldSecret ? kept : text, heldSecret })
    },
  }
}
