import type { Appended, StreamId } from '@detrics/keys-domain'
import type { AppendRequest } from '../shared/request.js'

/**
 * Where streams end, or ended once: what one session was told of its own appends. A stream never becomes shorter, and
 * with the session ends the knowledge, since a database cannot be set back under a living connection.
 */
export interface KnownEnds {
  /** `stored`: the event before the request is there, or none is to be. `beyond`: the stream goes on after it. */
  readonly before: (request: AppendRequest) => 'stored' | 'beyond' | 'unknown'
  readonly note: (stream: StreamId, last: Appended['last']) => void
}

const streamsMax = 10_000

export const knownEnds = (): KnownEnds => {
  const ends = new Map<StreamId, bigint>()
  return {
    before: ({ stream, expected }) => {
      const end = ends.get(stream)
      if (expected._tag === 'NoStream') return end === undefined ? 'stored' : 'beyond'
      if (end === undefined || end < expected.revision) return 'unknown'
      return end === expected.revision ? 'stored' : 'beyond'
    },
    note: (stream, last) => {
      ends.set(stream, last)
      if (ends.size <= streamsMax) return
      for (const oldest of ends.keys()) {
        ends.delete(oldest)
        return
      }
    },
  }
}
