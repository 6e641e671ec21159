import type { KeysError } from '@detrics/keys'
import { problem, type Problem, type ProblemCode } from '@detrics/keys-client/contract'

/** The front door's names of fields where the API has others. */
const pointers: Readonly<Record<string, string>> = {
  after: '/cursor',
  before: '/cursor',
  idempotencyKey: '/Idempotency-Key',
}

type Told = Exclude<KeysError, { readonly _tag: 'InvalidInput' }>

const codes: Readonly<Record<Told['_tag'], ProblemCode>> = {
  KeyNotFound: 'key_not_found',
  KeyEnded: 'key_ended',
  KeyChanged: 'key_changed',
  NameTaken: 'name_taken',
  KeyLimitReached: 'key_limit_reached',
  ExpiryNotInFuture: 'expiry_not_in_future',
  RequestReused: 'idempotency_key_reused',
  // Ids are drawn at random by the server: two equal ones are a defect of ours.
  KeyIdTaken: 'internal_error',
  StoreUnavailable: 'store_unavailable',
  OutcomeNotKnown: 'outcome_not_known',
  TooMuchContention: 'too_much_contention',
}

/** The problem for an error of the front door. */
export const problemOf = (error: KeysError): Problem =>
  error._tag === 'InvalidInput'
    ? problem('invalid_request', [
        { pointer: pointers[error.field] ?? `/${error.field}`, detail: error.detail },
      ])
    : problem(codes[error._tag])
