import type { Changed, CommandContext, Environment, KeyId, KeyMade } from '@detrics/keys-domain'
import type { ChangedKey, CreatedKey, KeyView, RevokedKeys } from './keys.js'
import { keyView } from './views.js'

/** Shows what came of commands. */
export interface Presenters {
  readonly view: (context: CommandContext, result: Changed, keyId: KeyId) => KeyView
  readonly created: (context: CommandContext) => (made: KeyMade) => CreatedKey
  readonly changed: (context: CommandContext, keyId: KeyId) => (result: Changed) => ChangedKey
  readonly revoked: (
    context: CommandContext,
    keyIds: ReadonlyArray<KeyId>,
  ) => (result: Changed) => RevokedKeys
}

export const presenters = ({ prefixes }: Environment): Presenters => {
  const view: Presenters['view'] = ({ workspaceId }, { ring, now }, keyId) => {
    const key = ring.keys.get(keyId)
    if (key === undefined) throw new Error('a key that a command has just dealt with is not in its ring')
    return keyView(prefixes, workspaceId, key, now)
  }
  return {
    view,
    created: (context) => (made) => ({
      key: view(context, made, made.keyId),
      secret: made.secret,
      replayed: made.events.length === 0,
    }),
    changed: (context, keyId) => (result) => ({
      key: view(context, result, keyId),
      changed: result.events.length > 0,
    }),
    revoked: (context, keyIds) => (result) => ({
      keys: keyIds.map((keyId) => view(context, result, keyId)),
      revokedCount: touchedCount(context, result),
    }),
  }
}

/** How many keys a request has touched, when it came first. */
const touchedCount = ({ request }: CommandContext, { ring, events }: Changed): number =>
  request === undefined ? events.length : (ring.requests.get(request.id)?.keyIds.length ?? 0)
