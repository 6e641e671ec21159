import { Badge } from '../ui/badge.js'
import { Said } from '../ui/said.js'
import { Time } from '../ui/time.js'
import type { UseGroup, UseSummary } from '../words/grouping.js'

/** Who used what from where, with what was tried after the end of the key. */
export const UseSummaryTable = ({
  summary: { groups, accepted, refused, wrongSecrets },
  isPartial,
}: {
  readonly summary: UseSummary
  readonly isPartial: boolean
}) => (
  <>
    <p className="summary">
      <strong>{times(accepted, 'accepted use', 'accepted uses')}</strong>
      {', '}
      <strong>{times(refused, 'attempt', 'attempts')}</strong> after the key had ended
      {wrongSecrets > 0 && `, ${times(wrongSecrets, 'attempt', 'attempts')} with a wrong secret`}
      {isPartial && ' so far'}.
    </p>
    {groups.length > 0 && (
      <table role="table" className="uses" aria-label="Uses of the key">
        <thead role="rowgroup">
          <tr role="row">
            {['Action', 'Program', 'Address', 'Accepted', 'After it ended', 'First', 'Last'].map((column) => (
              <th key={column} role="columnheader" scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {groups.map((group) => (
            <GroupRow key={group.id} group={group} />
          ))}
        </tbody>
      </table>
    )}
  </>
)

const times = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

const GroupRow = ({ group }: { readonly group: UseGroup }) => (
  <tr role="row" className={group.refused > 0 ? 'is-warning' : undefined}>
    <th role="rowheader" scope="row">
      <Said>{group.action}</Said>
    </th>
    <Cell label="Program" said={group.client} />
    <Cell label="Address" said={group.address} />
    <td role="cell">
      <Label>Accepted</Label>
      {group.accepted.toLocaleString('en')}
    </td>
    <td role="cell">
      <Label>After it ended</Label>
      {group.refused === 0 ? (
        <span className="quiet">0</span>
      ) : (
        <Badge tone="over" icon="warning">
          {group.refused.toLocaleString('en')}
        </Badge>
      )}
    </td>
    <td role="cell">
      <Label>First</Label>
      <Time at={group.firstAt} />
    </td>
    <td role="cell">
      <Label>Last</Label>
      <Time at={group.lastAt} />
    </td>
  </tr>
)

const Label = ({ children }: { readonly children: string }) => (
  <span className="cell-label" aria-hidden="true">
    {children}{' '}
  </span>
)

const Cell = ({ label, said }: { readonly label: string; readonly said: string | undefined }) => (
  <td role="cell">
    <Label>{label}</Label>
    {said === undefined ? <span className="quiet">not stated</span> : <Said>{said}</Said>}
  </td>
)
