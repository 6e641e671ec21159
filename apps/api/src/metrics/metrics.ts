import type { Trouble, Verdict } from '@detrics/keys'
import type { ProblemCode } from '@detrics/keys-client/contract'
import { Registry } from 'prom-client'
import type { Purpose } from '../purpose.js'
import type { RoomName } from '../limits/table.js'
import { instrumentsIn } from './instruments.js'
import { processRegistry } from './process-registry.js'

/** How a verification ended, with what its caller is not told: that the key was none by its form, or is not known. */
export type VerdictOutcome =
  'active' | 'unavailable' | Extract<Verdict, { readonly _tag: 'Refused' }>['reason']

/** What is measured when it is asked for. */
export interface Watched {
  readonly inFlight: () => Readonly<Record<RoomName, number>>
  readonly connections: () => Promise<number>
  readonly sessions: () => number
}

/** What a process counts. No label holds anything but words of this program: no workspace, key, member or address. */
export interface Metrics {
  readonly answered: (answer: {
    readonly purpose: Purpose
    readonly status: number
    readonly code: ProblemCode | undefined
    readonly durationMs: number
  }) => void
  /** What has arrived could not be read as a request. */
  readonly unreadable: () => void
  readonly judged: (outcome: VerdictOutcome) => void
  readonly shed: (room: RoomName) => void
  readonly limited: (by: 'failures' | 'mintings') => void
  /** A connection was closed as soon as it was made. */
  readonly droppedConnection: () => void
  readonly trouble: (trouble: Trouble) => void
  readonly watch: (watched: Partial<Watched>) => void
  /** In the text format of Prometheus, together with those of the process. */
  readonly text: () => Promise<string>
}

/** The media type of `text`. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE

export const createMetrics = (): Metrics => {
  const registry = new Registry()
  const watched: Partial<Watched> = {}
  const of = instrumentsIn(registry, watched)
  const all = Registry.merge([registry, processRegistry()])
  return {
    answered: ({ purpose, status, code, durationMs }) => {
      of.requests.inc({ operation: purpose, status: `${Math.floor(status / 100)}xx` })
      of.durations.observe({ operation: purpose }, durationMs / 1_000)
      if (code !== undefined) of.problems.inc({ code })
    },
    unreadable: () => {
      of.unreadable.inc()
    },
    judged: (outcome) => {
      of.verdicts.inc({ outcome })
    },
    shed: (room) => {
      of.shed.inc({ room })
    },
    limited: (by) => {
      of.limited.inc({ by })
    },
    droppedConnection: () => {
      of.dropped.inc()
    },
    trouble: ({ about, cause }) => {
      of.trouble.set({ about }, cause === undefined ? 0 : 1)
    },
    watch: (more) => void Object.assign(watched, more),
    text: () => all.metrics(),
  }
}
