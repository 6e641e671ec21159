import type { Key } from '@detrics/keys-client'
import { useMember, useViewpoint } from '../app/member.js'
import { shortId } from '../data/names.js'
import { FilterField } from '../ui/field.js'
import { PlaceLink } from '../ui/place-link.js'
import { kinds, outcomes, type ActivityView } from '../url/place.js'
import { navigate } from '../url/use-place.js'
import { given } from '../words/given.js'
import { InstantField } from './instant-field.js'
import { useRecentKeys } from './use-recent-keys.js'

const kindLabels = { created: 'Made', renamed: 'Renamed', revoked: 'Revoked', used: 'Used' } as const
const outcomeLabels = {
  accepted: 'Accepted',
  revoked: 'Refused: revoked',
  expired: 'Refused: expired',
  'wrong-secret': 'Refused: wrong secret',
} as const

/** What is to be seen of the activity; it stands in the address. */
export const ActivityFilters = ({ view }: { readonly view: ActivityView }) => {
  const { workspaceId } = useMember().workspace
  const { nameOf } = useViewpoint()
  const keys = useRecentKeys()
  const { keyId, kind, outcome, since, until } = view
  const isFiltered = Object.keys(view).length > 1
  const change = (members: {
    readonly [K in keyof Omit<ActivityView, 'name'>]?: ActivityView[K] | undefined
  }): void =>
    navigate({
      workspaceId,
      view: { name: 'activity', ...given({ keyId, kind, outcome, since, until, ...members }) },
    })
  return (
    <div className="filters filters-many" role="search" aria-label="Activity">
      <Select
        label="Key"
        all="All keys"
        value={keyId}
        options={told(withChosen(keys, keyId), nameOf)}
        onChange={(id) => change({ keyId: id })}
      />
      <Select
        label="Kind"
        all="Everything"
        value={kind}
        options={kinds.map((one) => [one, kindLabels[one]])}
        onChange={(one) => change({ kind: one })}
      />
      <Select
        label="Outcome"
        all="Any"
        value={outcome}
        options={outcomes.map((one) => [one, outcomeLabels[one]])}
        onChange={(one) => change({ outcome: one })}
      />
      <InstantField label="Since" value={since} onChange={(instant) => change({ since: instant })} />
      <InstantField label="Until" value={until} onChange={(instant) => change({ until: instant })} />
      {isFiltered && (
        <PlaceLink className="button button-quiet" to={{ workspaceId, view: { name: 'activity' } }}>
          Clear filters
        </PlaceLink>
      )}
    </div>
  )
}

type KeyIds = ReadonlyArray<Key['keyId']>

/** Keys by their names; those that share one are told apart by their ids. */
const told = (
  ids: KeyIds,
  nameOf: (id: Key['keyId']) => string,
): ReadonlyArray<readonly [Key['keyId'], string]> => {
  const names = ids.map(nameOf)
  const isShared = (name: string): boolean => names.indexOf(name) !== names.lastIndexOf(name)
  return ids.map((id) => [id, isShared(nameOf(id)) ? `${nameOf(id)} (${shortId(id)})` : nameOf(id)])
}

const withChosen = (keys: ReadonlyArray<Key>, chosen: Key['keyId'] | undefined): KeyIds => {
  const ids = keys.map(({ keyId }) => keyId)
  return chosen === undefined || ids.includes(chosen) ? ids : [chosen, ...ids]
}

const Select = <A extends string>({
  label,
  all,
  value,
  options,
  onChange,
}: {
  readonly label: string
  readonly all: string
  readonly value: A | undefined
  readonly options: ReadonlyArray<readonly [A, string]>
  readonly onChange: (value: A | undefined) => void
}) => (
  <FilterField label={label}>
    {(id) => (
      <select
        id={id}
        value={value ?? ''}
        onChange={({ target }) => onChange(options.find(([one]) => one === target.value)?.[0])}
      >
        <option value="">{all}</option>
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    )}
  </FilterField>
)
