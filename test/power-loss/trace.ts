import { endianness } from 'node:os'

/** What the recorded process did to a file; `name` is empty for the folder itself. */
export type Operation =
  | { readonly kind: 'made' | 'synced' | 'removed'; readonly name: string }
  | { readonly kind: 'written'; readonly name: string; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'resized'; readonly name: string; readonly size: number }

const headerBytes = 16

/** Reads what `recorder.c` wrote; its comment holds the form of a record. */
export const readTrace = (bytes: Buffer): ReadonlyArray<Operation> => {
  if (endianness() !== 'LE') throw new Error('the records are read as little-endian, and this machine is not')
  const operations: Array<Operation> = []
  let at = 0
  while (at < bytes.length) {
    const nameEnd = at + headerBytes + bytes.readUInt16LE(at + 2)
    const dataEnd = nameEnd + bytes.readUInt32LE(at + 4)
    if (dataEnd > bytes.length) throw new Error('the last record of the trace is not whole')
    const name = bytes.toString('utf8', at + headerBytes, nameEnd)
    const offset = Number(bytes.readBigInt64LE(at + 8))
    operations.push(
      operation(String.fromCharCode(bytes[at]!), name, offset, bytes.subarray(nameEnd, dataEnd)),
    )
    at = dataEnd
  }
  return operations
}

const operation = (kind: string, name: string, offset: number, data: Buffer): Operation => {
  switch (kind) {
    case 'C':
      return { kind: 'made', name }
    case 'W':
      return { kind: 'written', name, offset, data }
    case 'T':
      return { kind: 'resized', name, size: offset }
    case 'S':
      return { kind: 'synced', name }
    case 'U':
      return { kind: 'removed', name }
    default:
      throw new Error(`a record of an unknown kind: ${kind}`)
  }
}
