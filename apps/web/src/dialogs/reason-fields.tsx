import type { Input } from '@detrics/keys-client'
import { containsKey } from '@detrics/keys-client'
import { Choice, Field, type Option } from '../ui/field.js'

export type Reason = NonNullable<Input<'revokeKey'>['reason']>

const all: ReadonlyArray<Option<Reason>> = [
  { value: 'requested', label: 'It is no longer needed' },
  { value: 'compromised', label: 'Compromised', hint: 'Somebody else has it, or may have it.' },
  { value: 'leaked', label: 'Leaked', hint: 'It can be read somewhere: in a repository, a log, a chat.' },
]

/** What is wrong with a note before it is sent; a key that was pasted into it is not sent at all. */
export const noteTrouble = (note: string): string | undefined =>
  containsKey(note) ? 'This note contains an API key. Notes are not secret: leave the key out.' : undefined

export const isUrgent = (reason: Reason): boolean => reason !== 'requested'

/** Why a key is revoked, for whoever reviews it later. */
export const ReasonFields = ({
  reason,
  note,
  error,
  isUrgentOnly = false,
  onReason,
  onNote,
}: {
  readonly reason: Reason
  readonly note: string
  readonly error: string | undefined
  readonly isUrgentOnly?: boolean
  readonly onReason: (reason: Reason) => void
  readonly onNote: (note: string) => void
}) => (
  <>
    <Choice
      legend="Reason"
      options={isUrgentOnly ? all.filter(({ value }) => isUrgent(value)) : all}
      value={reason}
      onChange={onReason}
    />
    <Field
      label={
        <>
          Note <span className="optional">(optional)</span>
        </>
      }
      error={error}
    >
      {(props) => (
        <textarea
          {...props}
          dir="auto"
          rows={2}
          maxLength={500}
          autoComplete="off"
          placeholder="For whoever reviews this later"
          value={note}
          onChange={({ target }) => onNote(target.value)}
        />
      )}
    </Field>
  </>
)
