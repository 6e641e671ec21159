import type { Key } from '@detrics/keys-client'
import { useRef, type ReactNode } from 'react'
import { useMember, useViewpoint } from '../app/member.js'
import { Badge } from '../ui/badge.js'
import { Said, Words } from '../ui/said.js'
import { Time, useNow } from '../ui/time.js'
import { usePassedOnFocus } from '../ui/use-passed-on-focus.js'
import { actorWords } from '../words/actor-words.js'
import { keyState } from '../words/key-words.js'
import { KeyMenu } from './key-menu.js'
import type { Selection } from './use-selection.js'

/** A key in the list: what it is called, how it stands, and what can be done with it. */
export const KeyRow = ({
  keyShown,
  selection,
}: {
  readonly keyShown: Key
  readonly selection: Selection
}) => {
  const { isManager } = useMember()
  const viewpoint = useViewpoint()
  const row = useRef<HTMLTableRowElement>(null)
  usePassedOnFocus(row)
  const { keyId, name, mask, status, createdAt, createdBy } = keyShown
  return (
    <tr ref={row} role="row" className={status === 'active' ? undefined : 'is-ended'}>
      {isManager && (
        <td role="cell" className="cell-select">
          {status === 'active' && (
            <label className="check">
              <input
                type="checkbox"
                aria-label={`Select ${name}`}
                checked={selection.has(keyId)}
                onChange={() => selection.toggle(keyId)}
              />
            </label>
          )}
        </td>
      )}
      <th role="rowheader" scope="row" className="cell-name">
        <Said>{name}</Said>
        <span className="mask">{mask}</span>
      </th>
      <td role="cell" className="cell-status">
        <Status keyShown={keyShown} />
      </td>
      <Cell label="Made">
        <Time at={createdAt} />{' '}
        <span className="detail">
          by <Words sentence={actorWords(createdBy, viewpoint)} />
        </span>
      </Cell>
      <Cell label="Last used">
        <LastUse keyShown={keyShown} />
      </Cell>
      <Cell label="Ends">
        <Ending keyShown={keyShown} />
      </Cell>
      <td role="cell" className="cell-menu">
        <KeyMenu keyShown={keyShown} />
      </td>
    </tr>
  )
}

/** With its heading, which is in sight where the heading of the table is not. */
const Cell = ({ label, children }: { readonly label: string; readonly children: ReactNode }) => (
  <td role="cell" className="cell-fact">
    <span className="cell-label" aria-hidden="true">
      {label}{' '}
    </span>
    {children}
  </td>
)

const Quiet = ({ children }: { readonly children: string }) => <span className="quiet">{children}</span>

const LastUse = ({ keyShown: { lastUsedAt, lastUseUnknown } }: { readonly keyShown: Key }) => {
  if (lastUsedAt !== undefined) return <Time at={lastUsedAt} />
  return <Quiet>{lastUseUnknown === true ? 'Not known now' : 'Never'}</Quiet>
}

const Status = ({ keyShown }: { readonly keyShown: Key }) => {
  const { label, tone } = keyState(keyShown, useNow())
  const { status, endsAt, revocation } = keyShown
  const endedAt = revocation?.effective === 'immediately' ? revocation.revokedAt : endsAt
  return (
    <>
      <Badge tone={tone}>{label}</Badge>{' '}
      {status === 'revoked' && revocation !== undefined && endedAt !== undefined && (
        <span className="detail">
          {revocation.reason}, <Time at={endedAt} />
        </span>
      )}
    </>
  )
}

/** By expiry or by a revocation to come, whichever is first; of an ended key the expiry that it had. */
const Ending = ({ keyShown: { status, expiresAt, endsAt } }: { readonly keyShown: Key }) => {
  const end = status === 'active' ? endsAt : expiresAt
  if (end === undefined) return <Quiet>{status === 'revoked' ? '—' : 'Never'}</Quiet>
  return <Time at={end} form="relative" />
}
