import type { NewEvent } from '../../packages/domain/src/index.js'

/** What the writer submitted, and what of it was acknowledged, up to a moment. */
export interface Ledger {
  readonly batches: ReadonlyArray<Batch>
}

export interface Batch {
  readonly stream: string
  /** The revision of its first event. */
  readonly first: number
  readonly events: ReadonlyArray<NewEvent>
  /** The acknowledged position of its last event; undefined until the reply. */
  position: string | undefined
}

type Entry =
  | ({ readonly _tag: 'Submitted'; readonly batch: number } & Omit<Batch, 'position'>)
  | { readonly _tag: 'Acknowledged'; readonly batch: number; readonly position: string }

/** The name of its file. It is evidence and no state of the disk: a power loss takes nothing of it. */
export const ledgerName = 'ledger'

/** A ledger that grows by the lines which the writer wrote; `add` is true for an acknowledgement. */
export const openLedger = (): Ledger & { readonly add: (line: Buffer) => boolean } => {
  const batches: Array<Batch> = []
  const add = (line: Buffer): boolean => {
    const entry = JSON.parse(line.toString()) as Entry
    if (entry._tag === 'Submitted') {
      const { stream, first, events } = entry
      batches[entry.batch] = { stream, first, events, position: undefined }
      return false
    }
    batches[entry.batch]!.position = entry.position
    return true
  }
  return { batches, add }
}

export const isAcknowledgement = (line: Buffer): boolean =>
  (JSON.parse(line.toString()) as Entry)._tag === 'Acknowledged'

export const acknowledgedEvents = ({ batches }: Ledger): number =>
  batches.reduce((sum, { position, events }) => sum + (position === undefined ? 0 : events.length), 0)
