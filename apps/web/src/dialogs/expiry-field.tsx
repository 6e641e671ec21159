import type { Instant } from '@detrics/keys-client'
import { Field } from '../ui/field.js'
import { dayAfter, expiryChoices, expiryOf, type ExpiryChoice } from '../words/expiry.js'
import { exactWords } from '../words/time-words.js'

export interface Expiry {
  readonly choice: ExpiryChoice
  readonly date: string
}

export const noExpiry: Expiry = { choice: 'none', date: '' }

/** When a new key is to expire, with the exact instant that the choice means. */
export const ExpiryField = ({
  expiry,
  openedAt,
  error,
  onChange,
}: {
  readonly expiry: Expiry
  readonly openedAt: number
  readonly error: string | undefined
  readonly onChange: (expiry: Expiry) => void
}) => (
  <>
    <Field
      label="Expires"
      hint={hintOf(expiryOf(expiry.choice, expiry.date, openedAt), expiry.choice)}
      {...(expiry.choice === 'date' ? {} : { error })}
    >
      {(props) => (
        <select
          {...props}
          value={expiry.choice}
          onChange={({ target }) => onChange({ ...expiry, choice: choiceOf(target.value) })}
        >
          {expiryChoices.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
    {expiry.choice === 'date' && (
      <Field label="Last day" error={error}>
        {(props) => (
          <input
            {...props}
            type="date"
            autoComplete="off"
            required
            min={dayAfter(openedAt)}
            value={expiry.date}
            onChange={({ target }) => onChange({ ...expiry, date: target.value })}
          />
        )}
      </Field>
    )}
  </>
)

const choiceOf = (value: string): ExpiryChoice =>
  expiryChoices.find(([choice]) => choice === value)?.[0] ?? 'none'

const hintOf = (expiresAt: Instant | undefined, choice: ExpiryChoice): string => {
  if (expiresAt !== undefined) return `It stops working on ${exactWords(expiresAt)}.`
  return choice === 'none' ? 'It works until it is revoked.' : 'Choose the last day on which it works.'
}
