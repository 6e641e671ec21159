import type { Operation } from './trace.js'

/** A folder on a disk: what its programs see, and what of it a power loss leaves. */
export interface Disk {
  /** True when this changed what surely survives. */
  readonly apply: (operation: Operation) => boolean
  /** Whether there is anything that a power loss may take. */
  readonly hasUnsynced: () => boolean
  /** The files after a power loss now. */
  readonly afterPowerLoss: (luck: Luck) => Files
}

export type Files = ReadonlyMap<string, Buffer>

/** What a power loss leaves of that which was not synced. */
export interface Luck {
  /** Whether a change of the folder, a file made or removed, reached the medium. */
  readonly entry: () => boolean
  /** Which changes of a file reached the medium. */
  readonly changes: (unsynced: ReadonlyArray<Change>) => ReadonlyArray<Change>
}

type Change = Extract<Operation, { readonly kind: 'written' | 'resized' }>

/** All that was not synced is lost: the least that a disk may keep. */
export const nothing: Luck = { entry: () => false, changes: () => [] }

/** Nothing is lost, as when only the process dies. */
export const everything: Luck = { entry: () => true, changes: (unsynced) => unsynced }

const sectorBytes = 512

/**
 * Any part of what was not synced is kept, in any order, and the last write of each file may be torn between two
 * sectors: a disk and its caches promise no more. `random` gives numbers from 0 to 1.
 */
export const some = (random: () => number): Luck => {
  // From nothing to everything, and everything in a third of all cases: a commit counts only if every write of it is
  // there, so that a fair coin for each write would always come to the same as nothing.
  const share = random() * 1.5
  const isTorn = random() < 0.5
  return {
    entry: () => random() < share,
    changes: (unsynced) => {
      const kept = unsynced.filter(() => random() < share)
      const last = kept.at(-1)
      return isTorn && last?.kind === 'written' ? [...kept.slice(0, -1), torn(last, random())] : kept
    },
  }
}

/** Ends the write at one of the sector borders within it, or leaves it whole. */
const torn = (
  write: Extract<Change, { readonly kind: 'written' }>,
  at: number,
): Extract<Change, { readonly kind: 'written' }> => {
  const { offset, data } = write
  const firstBorder = Math.floor(offset / sectorBytes) + 1
  const borders = Math.max(0, Math.ceil((offset + data.length) / sectorBytes) - firstBorder)
  const chosen = Math.floor(at * (borders + 1))
  return chosen === borders
    ? write
    : { ...write, data: data.subarray(0, (firstBorder + chosen) * sectorBytes - offset) }
}

/** A file itself; its name is an entry of the folder, which is synced apart from it. */
interface File {
  synced: Buffer
  unsynced: Array<Change>
}

/**
 * A file is there after the loss only once its *folder* was synced since it was made. File systems in use are
 * kinder (syncing a new file keeps its name too), but this is all that POSIX promises.
 */
export const emptyDisk = (): Disk => {
  const entries = new Map<string, File>()
  let syncedEntries: ReadonlyMap<string, File> = new Map()

  const fileOf = (name: string): File => {
    const file = entries.get(name)
    if (file === undefined) throw new Error(`the trace does not say how ${name} was made`)
    return file
  }

  const syncFolder = (): boolean => {
    const changed = entriesDiffer(entries, syncedEntries)
    syncedEntries = new Map(entries)
    return changed
  }

  const syncFile = (file: File): boolean => {
    const changed = file.unsynced.length > 0
    file.synced = applied(file.synced, file.unsynced)
    file.unsynced = []
    return changed
  }

  const apply = (operation: Operation): boolean => {
    switch (operation.kind) {
      case 'made':
        if (!entries.has(operation.name))
          entries.set(operation.name, { synced: Buffer.alloc(0), unsynced: [] })
        return false
      case 'removed':
        entries.delete(operation.name)
        return false
      case 'synced':
        return operation.name === '' ? syncFolder() : syncFile(fileOf(operation.name))
      case 'written':
      case 'resized':
        fileOf(operation.name).unsynced.push(operation)
        return false
    }
  }

  const afterPowerLoss = (luck: Luck): Files => {
    const files = new Map<string, Buffer>()
    for (const name of new Set([...syncedEntries.keys(), ...entries.keys()])) {
      const [before, now] = [syncedEntries.get(name), entries.get(name)]
      const file = before === now || luck.entry() ? now : before
      if (file !== undefined) files.set(name, applied(file.synced, luck.changes(file.unsynced)))
    }
    return files
  }

  const hasUnsynced = (): boolean =>
    entriesDiffer(entries, syncedEntries) || [...entries.values()].some((file) => file.unsynced.length > 0)

  return { apply, hasUnsynced, afterPowerLoss }
}

const entriesDiffer = (one: ReadonlyMap<string, File>, other: ReadonlyMap<string, File>): boolean =>
  one.size !== other.size || [...one].some(([name, file]) => other.get(name) !== file)

const applied = (content: Buffer, changes: ReadonlyArray<Change>): Buffer => {
  if (changes.length === 0) return content
  let size = content.length
  let room = size
  for (const change of changes) room = Math.max(room, endOf(change))
  // Zeros stand wherever a later write survived and an earlier one did not.
  const bytes = Buffer.alloc(room)
  content.copy(bytes)
  for (const change of changes) {
    if (change.kind === 'written') {
      change.data.copy(bytes, change.offset)
      size = Math.max(size, endOf(change))
    } else {
      bytes.fill(0, change.size)
      size = change.size
    }
  }
  return bytes.subarray(0, size)
}

const endOf = (change: Change): number =>
  change.kind === 'written' ? change.offset + change.data.length : change.size
