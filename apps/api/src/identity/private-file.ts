import * as E from 'fp-ts/lib/Either.js'
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { codeOfFault } from '../faults.js'

/** The bits by which anybody but the owner may do something with a file. */
const othersBits = 0o077

/**
 * Reads a file that only its owner may touch, as ssh demands it of its keys. What is wrong is told in a sentence without
 * the path.
 */
export const readPrivateFile = (path: string, bytesMax: number): E.Either<string, string> => {
  try {
    // Without waiting for anybody to write, where the path leads to a pipe.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      // Of the file that is open, so that it is the one that is read.
      const reason = refusalOf(fstatSync(file), bytesMax)
      return reason === undefined ? E.right(readFileSync(file, 'utf8')) : E.left(reason)
    } finally {
      closeSync(file)
    }
  } catch (fault) {
    return E.left(`The file cannot be read (${codeOfFault(fault) ?? 'unknown fault'}).`)
  }
}

const refusalOf = (found: Stats, bytesMax: number): string | undefined => {
  if (!found.isFile()) return 'This is no file.'
  if ((found.mode & othersBits) !== 0)
    return 'Others may use the file: give it to its owner alone (chmod 600).'
  return found.size > bytesMax ? `The file is larger than ${bytesMax} bytes.` : undefined
}
