import * as t from 'io-ts'
import { validate, version } from 'uuid'

export interface KeyIdBrand {
  readonly KeyId: unique symbol
}

/** The id of a key: always a UUID v7, in lower case. It is not a secret. */
export const KeyId = t.brand(
  t.string,
  (s): s is t.Branded<string, KeyIdBrand> => validate(s) && version(s) === 7 && s === s.toLowerCase(),
  'KeyId',
)
export type KeyId = t.TypeOf<typeof KeyId>
