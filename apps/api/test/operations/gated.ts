import type { Keys } from '@detrics/keys'
import { standardLimits, type Limits, type Room } from '../../src/limits/table.js'

type Held = 'list' | 'verify' | 'revoke'

/** A front door some of whose calls wait until they are let go, as with a store that is slow. */
export const gated = (held: ReadonlyArray<Held>) => {
  let letGo = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let arrived = 0
  let whenArrived = (): void => undefined
  const wait = async (): Promise<void> => {
    arrived += 1
    whenArrived()
    await gate
  }
  const behindGate =
    <A extends ReadonlyArray<unknown>, R>(call: (...args: A) => () => Promise<R>) =>
    (...args: A) =>
    async (): Promise<R> => {
      await wait()
      return call(...args)()
    }
  return {
    letGo: () => {
      letGo()
    },
    /** Resolves when so many calls are behind the gate. */
    arrivals: (count: number): Promise<void> =>
      new Promise((resolve) => {
        whenArrived = () => {
          if (arrived >= count) resolve()
        }
        whenArrived()
      }),
    alter: (keys: Keys): Keys => ({
      ...keys,
      ...(held.includes('list') ? { list: behindGate(keys.list) } : {}),
      ...(held.includes('verify') ? { verify: behindGate(keys.verify) } : {}),
      ...(held.includes('revoke') ? { revoke: behindGate(keys.revoke) } : {}),
    }),
  }
}

/** The standard limits with smaller rooms. */
export const withRooms = (rooms: Partial<Record<keyof Limits['rooms'], Partial<Room>>>): Limits => ({
  ...standardLimits,
  rooms: {
    revocation: { ...standardLimits.rooms.revocation, ...rooms.revocation },
    verification: { ...standardLimits.rooms.verification, ...rooms.verification },
    rest: { ...standardLimits.rooms.rest, ...rooms.rest },
  },
})
