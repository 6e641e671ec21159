/** The shortest part of a secret that counts as a leak. */
const sliceLength = 12

/** What follows the second underscore: the random characters and the checksum. */
export const secretPartOf = (secret: string): string => secret.slice(secret.lastIndexOf('_') + 1)

/** Base64 of a text that begins at any of the three places within a group: what is the same whatever surrounds it. */
const base64Cores = (part: string): ReadonlyArray<string> =>
  [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), Buffer.from(part)]).toString('base64')
    // The first group holds bytes of what stands before, the last one of what follows.
    return encoded.slice(offset === 0 ? 0 : 4, -4)
  })

/** Every form in which a secret part is looked for, by name. */
export const formsOf = (secret: string): ReadonlyArray<readonly [form: string, bytes: Buffer]> => {
  const part = secretPartOf(secret)
  const hex = Buffer.from(part).toString('hex')
  const slices = Array.from({ length: part.length - sliceLength + 1 }, (_, i) =>
    part.slice(i, i + sliceLength),
  )
  return [
    ...slices.map((slice, i) => [`slice ${i}`, Buffer.from(slice)] as const),
    ['hex', Buffer.from(hex)],
    ['HEX', Buffer.from(hex.toUpperCase())],
    ...base64Cores(part).map((core, i) => [`base64 at ${i}`, Buffer.from(core)] as const),
    ['UTF-16LE', Buffer.from(part, 'utf16le')],
    ['UTF-16BE', Buffer.from(part, 'utf16le').swap16()],
  ]
}

export interface Leak {
  readonly place: string
  readonly form: string
  readonly key: number
}

/** Where parts of the secrets are found. */
export const leaks = (
  secrets: ReadonlyArray<string>,
  places: ReadonlyArray<readonly [name: string, bytes: Buffer]>,
): ReadonlyArray<Leak> =>
  secrets.flatMap((secret, key) =>
    formsOf(secret).flatMap(([form, bytes]) =>
      places.filter(([, content]) => content.includes(bytes)).map(([place]) => ({ place, form, key })),
    ),
  )
