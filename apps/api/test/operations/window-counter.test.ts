import { describe, expect, test } from '@jest/globals'
import type { Limit } from '../../src/limits/table.js'
import { windowCounter } from '../../src/limits/window-counter.js'

const counterWith = (limit: Partial<Limit> = {}) => {
  let nowMs = 1_000_000
  const counter = windowCounter({ countMax: 3, windowMs: 60_000, subjectsMax: 10, ...limit }, () => nowMs)
  return {
    ...counter,
    later: (ms: number): void => {
      nowMs += ms
    },
    times: (count: number, subject: string): void => {
      for (let i = 0; i < count; i += 1) counter.count(subject)
    },
  }
}

describe('a subject', () => {
  test('may do as much as the limit says, and then waits for the end of its window in whole seconds', () => {
    const counter = counterWith()
    counter.times(2, 'a')
    expect(counter.secondsToWait('a')).toBe(0)
    counter.times(1, 'a')
    expect(counter.secondsToWait('a')).toBe(60)
    counter.later(58_999)
    expect(counter.secondsToWait('a')).toBe(2)
    counter.later(1)
    expect(counter.secondsToWait('a')).toBe(1)
    counter.later(999)
    expect(counter.secondsToWait('a')).toBe(1)
    counter.later(1)
    expect(counter.secondsToWait('a')).toBe(0)
  })

  test('begins a new window with what it does after the end of one', () => {
    const counter = counterWith()
    counter.times(3, 'a')
    counter.later(90_000)
    counter.times(2, 'a')
    expect(counter.secondsToWait('a')).toBe(0)
    counter.times(1, 'a')
    expect(counter.secondsToWait('a')).toBe(60)
  })

  test('waits for nobody else', () => {
    const counter = counterWith()
    counter.times(100, 'a')
    expect(counter.secondsToWait('b')).toBe(0)
  })

  test('has back what did not happen after all, and never more', () => {
    const counter = counterWith()
    counter.times(3, 'a')
    counter.takeBack('a')
    expect(counter.secondsToWait('a')).toBe(0)
    for (let i = 0; i < 10; i += 1) counter.takeBack('a')
    counter.times(3, 'a')
    expect(counter.secondsToWait('a')).toBe(60)
    counter.takeBack('nobody')
  })
})

describe('a flood of subjects', () => {
  test('takes no more memory than the limit says', () => {
    const counter = counterWith({ subjectsMax: 100 })
    for (let i = 0; i < 100_000; i += 1) counter.count(`flood ${i}`)
    expect(counter.size()).toBe(100)
  })

  test('makes the oldest forgotten, and nobody who is younger', () => {
    const counter = counterWith({ subjectsMax: 3 })
    for (const subject of ['a', 'b', 'c']) counter.times(3, subject)
    counter.times(1, 'd')
    expect(['a', 'b', 'c'].map(counter.secondsToWait)).toEqual([0, 60, 60])
  })

  test('makes those forgotten first whose window has ended', () => {
    const counter = counterWith({ subjectsMax: 3 })
    counter.times(1, 'a')
    counter.times(1, 'b')
    counter.later(60_000)
    counter.times(3, 'a')
    counter.times(1, 'c')
    counter.times(1, 'd')
    expect(counter.size()).toBe(3)
    expect(counter.secondsToWait('a')).toBe(60)
  })
})
