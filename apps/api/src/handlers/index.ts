import type { OperationId } from '@detrics/keys-client/contract'
import type { Handler } from '../call.js'
import { reviewActivity } from './activity.js'
import { createKey, getKey, listKeys, renameKey, replaceKey, revokeKey, revokeKeys } from './keys.js'
import { getHealth, getMe, getReadiness } from './operations.js'
import { verifyKey } from './verification.js'

/** Who carries out which operation. */
export const handlers: { readonly [K in OperationId]: Handler<K> } = {
  getMe,
  listKeys,
  createKey,
  getKey,
  renameKey,
  revokeKey,
  replaceKey,
  revokeKeys,
  reviewActivity,
  verifyKey,
  getHealth,
  getReadiness,
}
