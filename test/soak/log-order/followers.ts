import { fork } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../support/processes.js'

/** An event as a subscriber got it: position, stream, revision. */
export type Delivered = readonly [position: string, stream: string, revision: string]

export interface Follower {
  readonly delivered: ReadonlyArray<Delivered>
  /** Resolves when so many events have come; rejects when the process ends before. */
  readonly untilCount: (count: number) => Promise<void>
  readonly stop: () => Promise<void>
}

type Message = { readonly events?: ReadonlyArray<Delivered>; readonly caughtUp?: true }

/** A subscriber in a process of its own. */
export const follower = (adapter: string, settings: object): Follower => {
  const child = fork(join(root, 'test/support/log-follower.mjs'), [adapter, JSON.stringify(settings)])
  const delivered: Array<Delivered> = []
  let wanted = Infinity
  let tell = (): void => undefined
  let fail: (error: Error) => void = () => undefined
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      fail(new Error(`the follower ended with ${code}`))
      resolve()
    })
  })
  child.on('message', (message) => {
    const { events = [] } = message as Message
    for (const event of events) delivered.push(event)
    if (delivered.length >= wanted) tell()
  })
  return {
    delivered,
    untilCount: (count) =>
      new Promise((resolve, reject) => {
        wanted = count
        tell = resolve
        fail = reject
        if (delivered.length >= count) resolve()
      }),
    stop: async () => {
      child.disconnect()
      await exited
    },
  }
}
