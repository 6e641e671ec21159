import type { CreatedKey, KeysError } from '@detrics/keys'
import type { Problem } from '@detrics/keys-client/contract'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { commandOf, type Handler } from '../call.js'
import { problemOf } from '../problems.js'

const answered = <A, B>(
  task: TE.TaskEither<KeysError, A>,
  show: (result: A) => B,
): TE.TaskEither<Problem, B> => pipe(task, TE.bimap(problemOf, show))

const secretNotice =
  'The secret was shown in the first reply only. If it did not reach you, revoke this key and make another one.'

const shownSecret = ({ secret }: Pick<CreatedKey, 'secret'>) =>
  O.isSome(secret) ? { secret: secret.value } : { secret: null, secretNotice }

export const listKeys: Handler<'listKeys'> = ({ keys, params, query: { cursor, ...rest } }) =>
  answered(
    keys.list({ ...params, ...rest, ...(cursor === undefined ? {} : { after: cursor }) }),
    ({ keys: page, next }) => ({ body: { keys: page, next: O.toNullable(next) } }),
  )

export const getKey: Handler<'getKey'> = ({ keys, params }) =>
  answered(keys.get(params), (key) => ({ body: { key } }))

export const createKey: Handler<'createKey'> = (call) =>
  answered(call.keys.create({ ...commandOf(call), ...call.body }), (made) => ({
    body: { key: made.key, ...shownSecret(made) },
    replayed: made.replayed,
  }))

export const renameKey: Handler<'renameKey'> = (call) =>
  answered(call.keys.rename({ ...commandOf(call), ...call.params, ...call.body }), ({ key }) => ({
    body: { key },
  }))

export const revokeKey: Handler<'revokeKey'> = (call) =>
  answered(call.keys.revoke({ ...commandOf(call), ...call.params, ...call.body }), ({ key }) => ({
    body: { key },
  }))

export const replaceKey: Handler<'replaceKey'> = (call) =>
  answered(call.keys.replace({ ...commandOf(call), ...call.params, ...call.body }), (made) => ({
    body: { key: made.key, ...shownSecret(made), replaced: made.replaced },
    replayed: made.replayed,
  }))

export const revokeKeys: Handler<'revokeKeys'> = (call) =>
  answered(call.keys.revokeMany({ ...commandOf(call), ...call.body }), ({ keys, revokedCount }) => ({
    body: { keys, revoked: revokedCount },
  }))
