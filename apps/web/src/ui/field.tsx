import { useId, type ReactNode } from 'react'
import { Icon } from './icon.js'

export interface FieldProps {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
}

/** A control with its label, a hint, and what is wrong with it; tied together for whoever does not see them together. */
export const Field = ({
  label,
  hint,
  error,
  children,
}: {
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly children: (props: FieldProps) => ReactNode
}) => {
  const id = useId()
  const hintId = hint === undefined ? [] : [`${id}-hint`]
  const errorId = error === undefined ? [] : [`${id}-error`]
  const describedBy = [...errorId, ...hintId].join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': describedBy === '' ? undefined : describedBy,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {error !== undefined && (
        <p className="field-error" id={`${id}-error`}>
          <Icon name="warning" />
          <span>{error}</span>
        </p>
      )}
      {hint !== undefined && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** A control of a filter, with its label over it or beside it. */
export const FilterField = ({
  label,
  form = 'stacked-field',
  children,
}: {
  readonly label: string
  readonly form?: 'stacked-field' | 'inline-field'
  readonly children: (id: string) => ReactNode
}) => {
  const id = useId()
  return (
    <div className={form}>
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  )
}

export interface Option<A extends string> {
  readonly value: A
  readonly label: string
  readonly hint?: string
}

/** A few choices that are all in sight. */
export const Choice = <A extends string>({
  legend,
  options,
  value,
  onChange,
}: {
  readonly legend: string
  readonly options: ReadonlyArray<Option<A>>
  readonly value: A
  readonly onChange: (value: A) => void
}) => {
  const name = useId()
  return (
    <fieldset className="choice">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="choice-option">
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            aria-describedby={option.hint === undefined ? undefined : `${name}-${option.value}`}
          />
          <span>
            {option.label}
            {option.hint !== undefined && (
              <span className="field-hint" id={`${name}-${option.value}`} aria-hidden="true">
                {option.hint}
              </span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
