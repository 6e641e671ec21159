import type { Instant } from '@detrics/keys-client'
import { useState, type FormEvent } from 'react'
import type { Change } from '../data/use-change.js'
import { expiryOf } from '../words/expiry.js'
import { fieldTrouble } from '../words/problem-words.js'
import { ExpiryField, noExpiry, type Expiry } from './expiry-field.js'
import { NameField, nameTrouble } from './name-field.js'
import { useFocusOnInvalid } from './use-focus-on-invalid.js'

/** What a person fills in for a new key. */
export interface KeyForm {
  readonly name: string
  readonly setName: (name: string) => void
  readonly nameError: string | undefined
  readonly expiry: Expiry
  readonly setExpiry: (expiry: Expiry) => void
  readonly expiryError: string | undefined
  readonly expiresAt: Instant | undefined
  readonly openedAt: number
  /** For the form: sends it when nothing is wrong with it. */
  readonly submit: (send: () => Promise<void>) => (event: FormEvent) => void
}

/** Says nothing of what is wrong before the first attempt. */
export const useKeyForm = (
  firstName: string,
  change: Change,
  {
    mustDifferFrom,
    firstExpiry = noExpiry,
  }: { readonly mustDifferFrom?: string; readonly firstExpiry?: Expiry } = {},
): KeyForm => {
  const [openedAt] = useState(Date.now)
  const [name, setName] = useState(firstName)
  const [expiry, setExpiry] = useState(firstExpiry)
  const [tries, setTries] = useState(0)
  useFocusOnInvalid(tries, change.error)
  const expiresAt = expiryOf(expiry.choice, expiry.date, openedAt)
  const wrongName = nameTrouble(name, mustDifferFrom)
  const isPast = expiresAt === undefined || expiresAt <= openedAt
  const wrongDate = expiry.choice === 'date' && isPast ? 'Choose a day from today on.' : undefined
  const afterTry = (trouble: string | undefined): string | undefined => (tries > 0 ? trouble : undefined)
  return {
    name,
    setName: (next) => {
      setName(next)
      change.clear()
    },
    nameError: afterTry(wrongName) ?? fieldTrouble(change.error, 'name'),
    expiry,
    setExpiry: (next) => {
      setExpiry(next)
      change.clear()
    },
    expiryError: afterTry(wrongDate) ?? fieldTrouble(change.error, 'expiresAt'),
    expiresAt,
    openedAt,
    submit: (send) => (event) => {
      event.preventDefault()
      setTries(tries + 1)
      if (wrongName === undefined && wrongDate === undefined) void send()
    },
  }
}

export const KeyFields = ({
  form,
  label,
  hint,
}: {
  readonly form: KeyForm
  readonly label: string
  readonly hint: string
}) => (
  <>
    <NameField label={label} value={form.name} error={form.nameError} hint={hint} onChange={form.setName} />
    <ExpiryField
      expiry={form.expiry}
      openedAt={form.openedAt}
      error={form.expiryError}
      onChange={form.setExpiry}
    />
  </>
)
