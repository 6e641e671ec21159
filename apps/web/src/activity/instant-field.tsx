import type { Instant } from '@detrics/keys-client'
import { useEffect, useState } from 'react'
import { FilterField } from '../ui/field.js'
import { instantOfLocal, localDateTime } from '../words/expiry.js'

/**
 * A date and time where the person is. What is being typed stays in the field; it counts once it is complete, and an
 * empty field is no limit.
 */
export const InstantField = ({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: Instant | undefined
  readonly onChange: (instant: Instant | undefined) => void
}) => {
  const [text, setText] = useState(textOf(value))
  useEffect(() => {
    setText((before) => (instantOfLocal(before) === value ? before : textOf(value)))
  }, [value])
  return (
    <FilterField label={label}>
      {(id) => (
        <input
          id={id}
          type="datetime-local"
          autoComplete="off"
          value={text}
          onChange={({ target }) => {
            setText(target.value)
            const instant = instantOfLocal(target.value)
            if (target.value === '' || instant !== undefined) onChange(instant)
          }}
        />
      )}
    </FilterField>
  )
}

const textOf = (instant: Instant | undefined): string => (instant === undefined ? '' : localDateTime(instant))
