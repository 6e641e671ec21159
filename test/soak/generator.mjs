/**
 * An open load: so many requests a second whatever becomes of them, from a process of its own. What is to be sent, how
 * often and for how long stands in LOAD; the figures are printed as one line of JSON.
 */
import { connection, requestBytes } from './wire.mjs'

const { port, perSecond, seconds, connectionsMax, mix, seed } = JSON.parse(process.env.LOAD)

let state = seed >>> 0
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}

const kinds = mix.flatMap(({ weight, ...kind }) => Array(weight).fill(kind))
const prepared = new Map(
  mix.map(({ name, requests }) => [
    name,
    requests.map(([method, path, body]) => requestBytes(port, method, path, body)),
  ]),
)

const figures = Object.fromEntries(mix.map(({ name }) => [name, {}]))
const latencies = { served: [], refused: [] }
const examples = []
let wrong = 0
let withoutRetryAfter = 0
let unsent = 0

// Made beforehand, as by callers that keep theirs: Node accepts only one in each turn of its event loop.
const idle = Array.from({ length: connectionsMax }, () => connection(port))
for (const channel of idle) await channel.ask(requestBytes(port, 'GET', '/health'))

const send = async (dueMs) => {
  const kind = kinds[Math.floor(random() * kinds.length)]
  const channel = idle.pop()
  if (channel === undefined) {
    unsent += 1
    return
  }
  const bytes = prepared.get(kind.name)
  const outcome = await channel.ask(bytes[Math.floor(random() * bytes.length)])
  idle.push(channel)
  const shown = outcome.end === 'answered' ? outcome.status : outcome.end
  figures[kind.name][shown] = (figures[kind.name][shown] ?? 0) + 1
  const isRefused = shown === 503 || shown === 429
  latencies[isRefused ? 'refused' : 'served'].push(performance.now() - dueMs)
  if (isRefused && !/^[1-9]\d*$/.test(outcome.retryAfter ?? '')) withoutRetryAfter += 1
  if (isRefused || (shown === 200 && outcome.text.startsWith(kind.answer))) return
  wrong += 1
  if (examples.length < 5) examples.push([kind.name, shown, outcome.text?.slice(0, 120)])
}

const quantiles = (values) => {
  const sorted = Float64Array.from(values).sort()
  const at = (share) =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1))
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}

const startedMs = performance.now()
const underWay = new Set()
let due = 0
const pace = () => {
  const elapsedMs = performance.now() - startedMs
  for (const target = Math.min(elapsedMs / 1_000, seconds) * perSecond; due < target; due += 1) {
    const sent = send(startedMs + (due * 1_000) / perSecond).finally(() => underWay.delete(sent))
    underWay.add(sent)
  }
  if (elapsedMs < seconds * 1_000) setTimeout(pace, 1)
  else void Promise.all(underWay).then(report)
}

const report = () => {
  process.stdout.write(
    `${JSON.stringify({
      offered: due,
      unsent,
      tookSeconds: Number(((performance.now() - startedMs) / 1_000).toFixed(2)),
      served: quantiles(latencies.served),
      refused: quantiles(latencies.refused),
      withoutRetryAfter,
      wrong,
      examples,
      figures,
    })}\n`,
  )
  process.exit(0)
}
pace()
