import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sharedRead } from '@detrics/keys-projections'

/** An act that is ended from outside, and remembers how many of it ran at once. */
const watchedAct = () => {
  const running: Array<{ readonly end: () => void; readonly fail: () => void }> = []
  let begun = 0
  let runningMax = 0
  const act = (): Promise<number> => {
    const number = (begun += 1)
    return new Promise<number>((resolve, reject) => {
      const leave = (then: () => void) => () => {
        running.splice(running.indexOf(entry), 1)
        then()
      }
      const entry = {
        end: leave(() => resolve(number)),
        fail: leave(() => reject(new Error(`act ${number}`))),
      }
      running.push(entry)
      runningMax = Math.max(runningMax, running.length)
    })
  }
  return { act, running, begun: () => begun, runningMax: () => runningMax }
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve()
}

describe('a shared read', () => {
  test('gives those who ask while one is under way the next one, together', async () => {
    const { act, running, begun } = watchedAct()
    const ask = sharedRead(act)
    const first = ask()
    const others = [ask(), ask(), ask()]
    expect(begun()).toBe(1)
    running[0]?.end()
    expect(await first).toBe(1)
    await turns(10)
    running[0]?.end()
    expect(await Promise.all(others)).toEqual([2, 2, 2])
    expect(begun()).toBe(2)
  })

  test('begins anew for those who ask when nothing is under way', async () => {
    const { act, running } = watchedAct()
    const ask = sharedRead(act)
    for (const expected of [1, 2, 3]) {
      const answer = ask()
      running[0]?.end()
      expect(await answer).toBe(expected)
      await turns(10)
    }
  })

  test('that fails does so for those who share it, and the next one is begun', async () => {
    const { act, running } = watchedAct()
    const ask = sharedRead(act)
    const first = ask()
    const second = ask()
    running[0]?.fail()
    await expect(first).rejects.toThrow('act 1')
    await turns(10)
    running[0]?.fail()
    await expect(second).rejects.toThrow('act 2')
    await turns(10)
    const third = ask()
    running[0]?.end()
    expect(await third).toBe(3)
  })

  test('is begun after it was asked for, and never twice at once, whenever people ask', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ what: fc.constantFrom('ask', 'ask', 'end', 'fail'), pause: fc.nat({ max: 6 }) }),
          { minLength: 5, maxLength: 40 },
        ),
        async (steps) => {
          const { act, running, begun, runningMax } = watchedAct()
          const ask = sharedRead(act)
          const answers: Array<Promise<boolean>> = []
          for (const { what, pause } of steps) {
            if (what === 'ask') {
              const before = begun()
              answers.push(
                ask().then(
                  (number) => number > before,
                  (error: Error) => Number(error.message.slice(4)) > before,
                ),
              )
            } else running[0]?.[what as 'end' | 'fail']()
            await turns(pause)
          }
          await turns(10)
          while (running.length > 0) {
            running[0]?.end()
            await turns(10)
          }
          expect(await Promise.all(answers)).not.toContain(false)
          expect(runningMax()).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: 500 },
    ))
})
