import type { Trouble } from '@detrics/keys'
import { problemTable } from '@detrics/keys-client/contract'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { RoomName } from '../limits/table.js'
import type { VerdictOutcome, Watched } from './metrics.js'

const durationSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const outcomes: ReadonlyArray<VerdictOutcome> = [
  'active',
  'malformed',
  'unknown',
  'revoked',
  'expired',
  'unavailable',
]
const rooms: ReadonlyArray<RoomName> = ['revocation', 'verification', 'rest']
const troubles: ReadonlyArray<Trouble['about']> = ['reading', 'recording', 'reviewing']

type Described = readonly [name: string, help: string]

/** The instruments by which a process measures itself. What has not happened yet is 0, and not missing. */
export const instrumentsIn = (registry: Registry, watched: Partial<Watched>) => {
  const registers = [registry]
  addGauges(registers, watched)

  /** Counts one thing by one label, of which all values are known. */
  const counterBy = (label: string, values: ReadonlyArray<string>, [name, help]: Described): Counter => {
    const counter = new Counter({ name, help, labelNames: [label], registers })
    for (const value of values) counter.inc({ [label]: value }, 0)
    return counter
  }
  const trouble = new Gauge({
    name: 'detrics_store_trouble',
    help: '1 while the store fails at this.',
    labelNames: ['about'],
    registers,
  })
  for (const about of troubles) trouble.set({ about }, 0)
  const counterOf = ([name, help]: Described): Counter => new Counter({ name, help, registers })

  return {
    requests: new Counter({
      name: 'detrics_requests_total',
      help: 'Requests answered.',
      labelNames: ['operation', 'status'],
      registers,
    }),
    durations: new Histogram({
      name: 'detrics_request_duration_seconds',
      help: 'From when a request was read until its answer was ready to be written.',
      labelNames: ['operation'],
      buckets: durationSeconds,
      registers,
    }),
    problems: counterBy('code', Object.keys(problemTable), [
      'detrics_problems_total',
      'Requests answered with a problem document.',
    ]),
    verdicts: counterBy('outcome', outcomes, [
      'detrics_verdicts_total',
      'Verifications. Each that is active, revoked or expired is one use on record.',
    ]),
    shed: counterBy('room', rooms, [
      'detrics_requests_shed_total',
      'Requests answered 503 because the server had too much to do.',
    ]),
    limited: counterBy(
      'by',
      ['failures', 'mintings'],
      ['detrics_requests_limited_total', 'Requests answered 429.'],
    ),
    unreadable: counterOf([
      'detrics_unreadable_requests_total',
      'What arrived and was no HTTP, or came too slowly, or was too large.',
    ]),
    dropped: counterOf([
      'detrics_connections_dropped_total',
      'Connections closed as soon as they were made, because there were too many.',
    ]),
    trouble,
  }
}

/** What is not counted but looked at when the metrics are read. */
const addGauges = (registers: Registry[], watched: Partial<Watched>): void => {
  const gauge = ([name, help]: Described, read: () => number | Promise<number>): void => {
    const made = new Gauge({
      name,
      help,
      registers,
      collect: async () => {
        made.set(await read())
      },
    })
  }
  const inFlight = new Gauge({
    name: 'detrics_requests_in_flight',
    help: 'Requests that are being carried out.',
    labelNames: ['room'],
    registers,
    collect: () => {
      for (const [room, count] of Object.entries(watched.inFlight?.() ?? {})) inFlight.set({ room }, count)
    },
  })
  gauge(['detrics_connections', 'Connections that are open.'], () => watched.connections?.() ?? 0)
  gauge(['detrics_sessions', 'Sessions of members in browsers.'], () => watched.sessions?.() ?? 0)
}
