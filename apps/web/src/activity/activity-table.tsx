import type { ActivityEntry } from '@detrics/keys-client'
import { useViewpoint } from '../app/member.js'
import { Badge } from '../ui/badge.js'
import { Icon, type IconName } from '../ui/icon.js'
import { Said, Words } from '../ui/said.js'
import { Time, useNow } from '../ui/time.js'
import { activityWords, warningOf } from '../words/activity-words.js'
import { byDay, whenOf } from '../words/grouping.js'

/** Entries as sentences, under the days on which they happened. */
export const ActivityTable = ({ entries }: { readonly entries: ReadonlyArray<ActivityEntry> }) => {
  const now = useNow()
  return (
    <table role="table" className="activity" aria-label="Activity">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            Time
          </th>
          <th role="columnheader" scope="col">
            Key
          </th>
          <th role="columnheader" scope="col">
            What happened
          </th>
        </tr>
      </thead>
      {byDay(entries, now).map(({ id, label, entries: those }) => (
        <tbody key={id} role="rowgroup">
          <tr role="row" className="day">
            <th role="rowheader" scope="rowgroup" colSpan={3}>
              {label}
            </th>
          </tr>
          {those.map((entry) => (
            <EntryRow key={entry.sequence} entry={entry} />
          ))}
        </tbody>
      ))}
    </table>
  )
}

const icons: Readonly<Record<ActivityEntry['kind'], IconName>> = {
  created: 'plus',
  renamed: 'pencil',
  revoked: 'ended',
  used: 'pulse',
}

const EntryRow = ({ entry }: { readonly entry: ActivityEntry }) => {
  const viewpoint = useViewpoint()
  const warning = warningOf(entry)
  return (
    <tr role="row" className={warning === undefined ? undefined : 'is-warning'}>
      <td role="cell" className="cell-time">
        <Time at={whenOf(entry)} form="clock" />
      </td>
      <td role="cell" className="cell-key" title={entry.keyId}>
        <Said>{viewpoint.nameOf(entry.keyId)}</Said>
      </td>
      <td role="cell" className="cell-event">
        <span className="event">
          <Icon name={warning === undefined ? icons[entry.kind] : 'warning'} />
          <span>
            <Words sentence={activityWords(entry, viewpoint)} />{' '}
            {warning !== undefined && (
              <Badge tone="over" icon="warning">
                {warning}
              </Badge>
            )}
          </span>
        </span>
      </td>
    </tr>
  )
}
