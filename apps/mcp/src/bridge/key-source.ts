import { readFile } from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { keyFileMessage, keyNotSetMessage } from '../sentences.js'

/** Gives the key for a request, or the sentence that says why there is none. */
export type KeySource = () => Promise<E.Either<string, string>>

/**
 * The key from `DETRICS_API_KEY`, else from the file that `DETRICS_API_KEY_FILE` names. The file is read for every
 * request, so that a replaced key works at once in a bridge that is running.
 */
export const keySource = (env: NodeJS.ProcessEnv): KeySource => {
  const key = env['DETRICS_API_KEY']?.trim() ?? ''
  const file = env['DETRICS_API_KEY_FILE'] ?? ''
  if (key !== '') return () => Promise.resolve(E.right(key))
  if (file === '') return () => Promise.resolve(E.left(keyNotSetMessage))
  return async () => {
    const written = await readFile(file, 'utf8').then(
      (text) => text.trim(),
      () => '',
    )
    return written === '' ? E.left(keyFileMessage) : E.right(written)
  }
}

const sendable = /^[\x21-\x7e]{1,512}$/

/** Whether a text can stand in a header at all; where not, the error that says so would repeat it. */
export const isSendable = (key: string): boolean => sendable.test(key)
