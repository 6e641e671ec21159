import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { newEvent } from './events.mjs'
import { quantile } from './workloads.mjs'

const reader = fileURLToPath(new URL('delivery-reader.mjs', import.meta.url))
const count = 200
const pauseMs = 20

const now = () => performance.timeOrigin + performance.now()

/** Milliseconds from the call of an append to the delivery of its event in another process, with nothing else going on. */
export const measureDelivery = async (kind, place, store) => {
  const child = fork(reader, [kind, place])
  const waiting = new Map()
  const ready = new Promise((resolve, reject) => {
    child.on('message', (message) => {
      if (message.ready) resolve()
      for (const id of message.ids ?? []) waiting.get(id)?.(message.at)
    })
    child.once('exit', (code) => reject(new Error(`the reader ended with ${code}`)))
  })
  await ready
  const stream = `delivery-${randomUUID()}`
  const times = []
  for (let n = 0; n < count; n += 1) {
    const event = newEvent()
    const delivered = new Promise((resolve) => waiting.set(event.id, resolve))
    const started = now()
    await store.append(stream, n, [event])
    times.push((await delivered) - started)
    waiting.delete(event.id)
    // Not in step with any poll of the reader.
    await new Promise((resolve) => setTimeout(resolve, pauseMs * Math.random()))
  }
  child.disconnect()
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}
