/**
 * The log of the double: one sequence of records at sparse byte offsets, and an index of streams over it. With a file
 * it outlives the process: each write is one line, so that a killed process loses no acknowledged write and tears none.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/**
 * @typedef {object} LogRecord
 * @property {bigint} position the byte offset; commit and prepare position are the same for writes over gRPC
 * @property {string} stream
 * @property {bigint} revision
 * @property {string} id
 * @property {string} type
 * @property {string} contentType
 * @property {Buffer} data
 * @property {Buffer} metadata
 * @property {number} createdMs
 */

/** The revision of a tombstone, and the truncation mark of a soft-deleted stream. */
export const revisionMax = 2n ** 63n - 1n
export const tombstoneType = '$streamDeleted'

const firstPosition = 1_087n
const recordOverhead = 89

/** @param {{ file?: string }} options */
export const createLog = ({ file } = {}) => {
  /** @type {LogRecord[]} */
  const records = []
  /** @type {Map<string, number[]>} */
  const streams = new Map()
  /** @type {Map<bigint, number>} */
  const places = new Map()
  /** @type {Set<() => void>} */
  const listeners = new Set()
  let end = firstPosition

  const add = (record) => {
    places.set(record.position, records.length)
    const indices = streams.get(record.stream) ?? []
    indices.push(records.length)
    streams.set(record.stream, indices)
    records.push(record)
    end = record.position + sizeOf(record)
  }

  /** Writes events of several streams as one unit; each has its stream and revision already. */
  const write = (events) => {
    const written = []
    let position = end
    for (const event of events) {
      const record = { ...event, position }
      written.push(record)
      position += sizeOf(record)
    }
    if (file !== undefined && written.length > 0)
      appendFileSync(file, `${JSON.stringify(written.map(toLine))}\n`)
    for (const record of written) add(record)
    // Subscribers see a write slightly after its writer has the reply.
    setImmediate(() => {
      for (const listener of listeners) listener()
    })
    return written
  }

  /** Takes back everything from an index on, as the restore of an older backup does. */
  const rewindTo = (length) => {
    const kept = records.slice(0, length)
    records.length = 0
    streams.clear()
    places.clear()
    end = firstPosition
    for (const record of kept) add(record)
  }

  if (file !== undefined && existsSync(file)) {
    // What follows the last line break was not acknowledged.
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    for (const line of lines) for (const record of JSON.parse(line).map(fromLine)) add(record)
  } else {
    write(systemEvents())
  }

  return {
    records,
    write,
    rewindTo,
    /** @returns {number | undefined} the index of the record that begins at a position */
    indexAt: (position) => places.get(position),
    /** @returns {readonly LogRecord[]} */
    recordsOf: (stream) => (streams.get(stream) ?? []).map((index) => records[index]),
    /** @returns {LogRecord | undefined} */
    lastOf: (stream) => records[streams.get(stream)?.at(-1) ?? -1],
    end: () => end,
    /** Calls `heard` after each write until the function that it returns is called. */
    listen: (heard) => {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
  }
}

const sizeOf = ({ stream, type, data, metadata }) =>
  BigInt(recordOverhead + stream.length + type.length + data.length + metadata.length)

const toLine = (record) => ({
  ...record,
  position: String(record.position),
  revision: String(record.revision),
  data: record.data.toString('base64'),
  metadata: record.metadata.toString('base64'),
})

const fromLine = (line) => ({
  ...line,
  position: BigInt(line.position),
  revision: BigInt(line.revision),
  data: Buffer.from(line.data, 'base64'),
  metadata: Buffer.from(line.metadata, 'base64'),
})

/** Every log begins with events of the server's own. */
const systemEvents = () =>
  [
    ['$$$scavenges', '$metadata', '{"$maxCount":100}'],
    ['$users', '$User', 'admin'],
    ['$user-admin', '$UserCreated', '{"loginName":"admin"}'],
  ].map(([stream, type, data], index) => ({
    stream,
    type,
    revision: 0n,
    id: `00000000-0000-4000-8000-00000000000${index + 1}`,
    contentType: data.startsWith('{') ? 'application/json' : 'application/octet-stream',
    data: Buffer.from(data),
    metadata: Buffer.alloc(0),
    createdMs: Date.now(),
  }))
