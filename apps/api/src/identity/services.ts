import { closedObject } from '@detrics/keys-client/contract'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { createHash } from 'node:crypto'
import { readPrivateFile } from './private-file.js'
import type { Service } from './principal.js'

/** The programs that may verify keys, each known by the digest of its credential. */
export interface Services {
  readonly find: (credential: string) => Service | undefined
}

export const noServices: Services = { find: () => undefined }

const servicesMax = 1_000
const bytesMax = 1024 * 1024

const matching = (pattern: RegExp): t.Type<string> =>
  new t.Type<string>(
    String(pattern),
    (input): input is string => typeof input === 'string' && pattern.test(input),
    (input, context) =>
      typeof input === 'string' && pattern.test(input) ? E.right(input) : t.failure(input, context),
    (value) => value,
  )

const Entries = t.array(
  closedObject({ service: matching(/^[a-z0-9-]{1,64}$/), sha256: matching(/^[0-9a-fA-F]{64}$/) }, {}),
)
type Entries = t.TypeOf<typeof Entries>

/** Reads the file of the services; what is wrong with it is told in a sentence that repeats nothing of it. */
export const readServices = (path: string): E.Either<string, Services> => {
  const text = readPrivateFile(path, bytesMax)
  if (E.isLeft(text)) return text
  const entries = decoded(text.right)
  if (E.isLeft(entries)) return entries
  const refusal = refusalOf(entries.right)
  return refusal === undefined ? E.right(servicesOf(entries.right)) : E.left(refusal)
}

const decoded = (text: string): E.Either<string, Entries> => {
  const json = E.tryCatch(
    () => JSON.parse(text) as unknown,
    () => 'The file is not JSON.',
  )
  return E.isLeft(json) ? json : E.mapLeft(whereWrong)(Entries.decode(json.right))
}

/** By the number of the entry: its own text might be a credential that was written down in the wrong place. */
const whereWrong = ([first]: t.Errors): string => {
  const index = first?.context[1]?.key
  return index === undefined
    ? 'Give an array of objects.'
    : `Entry ${Number(index) + 1} is not { "service": "<a-z, 0-9 and -, at most 64>", "sha256": "<64 hex digits>" }.`
}

const refusalOf = (entries: Entries): string | undefined => {
  if (entries.length > servicesMax) return `There are more than ${servicesMax} services.`
  if (hasTwice(entries.map(({ service }) => service))) return 'Two entries have the same service.'
  return hasTwice(entries.map(digestIn)) ? 'Two services have the same credential.' : undefined
}

const hasTwice = (values: ReadonlyArray<string>): boolean => new Set(values).size < values.length

const digestIn = ({ sha256 }: Entries[number]): string => sha256.toLowerCase()

/** Found by digest: how long that takes tells of the digest at most, and from there no way leads to a credential. */
const servicesOf = (entries: Entries): Services => {
  const byDigest = new Map(entries.map((entry) => [digestIn(entry), entry.service]))
  return {
    find: (credential) => {
      const serviceId = byDigest.get(createHash('sha256').update(credential).digest('hex'))
      return serviceId === undefined ? undefined : { type: 'service', serviceId }
    },
  }
}
