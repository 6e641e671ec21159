import { containsKey } from '@detrics/keys-client'
import { Field } from '../ui/field.js'
import { isSameName } from '../words/key-words.js'

/** What is wrong with a name before it is sent. A key that was pasted by mistake is not sent at all. */
export const nameTrouble = (name: string, mustDifferFrom?: string): string | undefined => {
  if (name.trim() === '') return 'Give the key a name, such as “Work laptop”.'
  if (containsKey(name)) return 'This name contains an API key. Names are not secret: choose another one.'
  if (mustDifferFrom !== undefined && isSameName(name, mustDifferFrom))
    return 'Choose a name that differs from that of the compromised key.'
  return undefined
}

export const NameField = ({
  label = 'Name',
  value,
  error,
  hint,
  onChange,
}: {
  readonly label?: string
  readonly value: string
  readonly error: string | undefined
  readonly hint?: string
  readonly onChange: (name: string) => void
}) => (
  <Field label={label} error={error} hint={hint}>
    {(props) => (
      <input
        {...props}
        data-first
        type="text"
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        placeholder="e.g. Work laptop, CI server"
        value={value}
        onChange={({ target }) => onChange(target.value)}
        onFocus={({ target }) => target.select()}
      />
    )}
  </Field>
)
