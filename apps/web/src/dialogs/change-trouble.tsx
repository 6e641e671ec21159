import type { ClientError } from '@detrics/keys-client'
import { Alert } from '../ui/trouble.js'
import { changeTroubleOf, isAtField } from '../words/problem-words.js'

/** Why a change was not carried out, where no field says it. */
export const ChangeTrouble = ({ error }: { readonly error: ClientError | undefined }) =>
  error === undefined || isAtField(error) ? null : <Alert trouble={changeTroubleOf(error)} />
