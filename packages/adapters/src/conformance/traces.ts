import assert from 'node:assert/strict'

/** What keeps a process busy or lets it grow: open sockets, timers, and what listens to its signals. */
export interface Traces {
  /** Fails unless, soon, fewer than so many are left of what has come since. */
  readonly areFewerThan: (countMax: number) => Promise<void>
}

const patienceMs = 2_000
const lookMs = 20

export const traces = (): Traces => {
  const before = countTraces()
  const warnings: Array<string> = []
  const warned = (warning: Error): void => void warnings.push(warning.name)
  process.on('warning', warned)
  const areFewerThan = async (countMax: number): Promise<void> => {
    const deadline = performance.now() + patienceMs
    // A socket that was closed is gone some turns later.
    while (countTraces() >= before + countMax && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    process.off('warning', warned)
    const left = countTraces() - before
    assert.ok(left < countMax, `${left} timers, sockets or listeners are left`)
    assert.ok(!warnings.includes('MaxListenersExceededWarning'), 'an emitter has too many listeners')
  }
  return { areFewerThan }
}

const countTraces = (): number => {
  const listeners = process.eventNames().map((name) => process.listenerCount(name))
  return process.getActiveResourcesInfo().length + listeners.reduce((sum, count) => sum + count, 0)
}

/** How many sockets and pipes this process has open. */
export const countSockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Pipe|UDP|HTTP/i.test(name)).length
