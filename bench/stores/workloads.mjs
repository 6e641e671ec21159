import { randomUUID } from 'node:crypto'
import { batchOf, newEvent } from './events.mjs'

export const callers = 32

/** Streams of one way, with where each of them ends. */
const streams = () => {
  const ends = new Map()
  const fresh = Array.from({ length: callers }, () => `bench-${randomUUID()}`)
  const next = (stream, size) => {
    const first = ends.get(stream) ?? 0
    ends.set(stream, first + size)
    return first
  }
  return { names: fresh, next, count: () => [...ends.values()].reduce((sum, end) => sum + end, 0) }
}

/** The rows of the table: each gives the events of one round. */
export const appendRows = {
  'append, one by one': async ({ store, streams: { names, next } }) => {
    const count = 400
    for (let n = 0; n < count; n += 1) {
      const stream = names[n % names.length]
      await store.append(stream, next(stream, 1), [newEvent()])
    }
    return count
  },
  'append, batches of 100': async ({ store, streams: { names, next } }) => {
    const count = 30
    for (let n = 0; n < count; n += 1) {
      const stream = names[n % names.length]
      await store.append(stream, next(stream, 100), batchOf(100))
    }
    return count * 100
  },
  [`append, ${callers} callers at once`]: async ({ store, streams: { names, next } }) => {
    const each = 40
    await Promise.all(
      names.map(async (stream) => {
        for (let n = 0; n < each; n += 1) await store.append(stream, next(stream, 1), [newEvent()])
      }),
    )
    return callers * each
  },
}

/** A way that is measured: a store and its own streams. */
export const way = (store) => ({ store, streams: streams() })

/** Rounds in turns, so that what the machine does besides meets all ways alike; events per second, the median of each. */
export const measure = async (ways, work, rounds) => {
  const rates = new Map(Object.keys(ways).map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1)
    for (const [name, one] of Object.entries(ways)) {
      const started = performance.now()
      const count = await work(one)
      rates.get(name).push((count / (performance.now() - started)) * 1_000)
    }
  return Object.fromEntries([...rates].map(([name, all]) => [name, median(all)]))
}

export const median = (numbers) => quantile(numbers, 0.5)

export const quantile = (numbers, share) => {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
