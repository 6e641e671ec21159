import type { ClientError } from '@detrics/keys-client'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { createPager, type LoadPage, type Page } from '../src/data/pager.js'

type Answer = E.Either<ClientError, Page<number>>

/** An API over numbers that counts down from `count`, and remembers what it was asked. */
const api = (count: number) => {
  const asked: { readonly cursor?: string; readonly limit: number }[] = []
  const state = { count, error: undefined as ClientError | undefined }
  const load: LoadPage<number> = (of) => {
    asked.push(of)
    const from = of.cursor === undefined ? state.count : Number(of.cursor)
    const items = Array.from({ length: Math.min(of.limit, from) }, (_, i) => from - i)
    const next = from > of.limit ? String(from - of.limit) : null
    return Promise.resolve(state.error === undefined ? E.right({ items, next }) : E.left(state.error))
  }
  return { load, asked, state }
}

const idOf = (n: number): number => n
const unreachable: ClientError = { _tag: 'Unreachable', cause: 'network' }

/** Requests that are answered by hand. */
const byHand = () => {
  const answers: { readonly answer: (with_: Answer) => void; readonly signal: AbortSignal }[] = []
  const load: LoadPage<number> = (_of, signal) =>
    new Promise((answer) => {
      answers.push({ answer, signal })
    })
  return { load, answers }
}

describe('a list that is loaded by pages', () => {
  test('grows by pages of 50 until there is no more', async () => {
    const { load } = api(120)
    const pager = createPager({ load, idOf })
    expect(pager.listing()).toMatchObject({ items: undefined, hasMore: false })
    await pager.refresh()
    expect(pager.listing()).toMatchObject({ hasMore: true, isStale: false })
    await pager.loadMore()
    await pager.loadMore()
    await pager.loadMore()
    expect(pager.listing()).toMatchObject({ hasMore: false })
    expect(pager.listing().items).toEqual(Array.from({ length: 120 }, (_, i) => 120 - i))
  })

  test('is refreshed as far as it was loaded, with as few requests as may be', async () => {
    const { load, asked, state } = api(450)
    const pager = createPager({ load, idOf })
    await pager.refresh()
    for (let i = 0; i < 5; i += 1) await pager.loadMore()
    asked.length = 0
    state.count = 451
    await pager.refresh()
    expect(asked.map(({ limit }) => limit)).toEqual([200, 100])
    expect(pager.listing().items).toEqual(Array.from({ length: 300 }, (_, i) => 451 - i))
  })

  test('loses nothing of a tail that is too far down to be refreshed', async () => {
    const { load, state } = api(1_200)
    const pager = createPager({ load, idOf })
    await pager.refresh()
    for (let i = 0; i < 22; i += 1) await pager.loadMore()
    state.count = 1_203
    await pager.refresh()
    expect(pager.listing().items).toEqual(Array.from({ length: 1_153 }, (_, i) => 1_203 - i))
    await pager.loadMore()
    expect(pager.listing().items?.at(-1)).toBe(1)
    expect(pager.listing().hasMore).toBe(false)
  })

  test('keeps what it has when a refresh fails, and says why it failed', async () => {
    const { load, state } = api(3)
    const pager = createPager({ load, idOf })
    await pager.refresh()
    state.error = unreachable
    expect(await pager.refresh()).toEqual(unreachable)
    expect(pager.listing()).toMatchObject({ items: [3, 2, 1], error: unreachable })
    state.error = undefined
    expect(await pager.refresh()).toBeUndefined()
    expect(pager.listing().error).toBeUndefined()
  })

  test('an answer to an earlier refresh never takes the place of a later one', async () => {
    const { load, answers } = byHand()
    const pager = createPager({ load, idOf })
    const first = pager.refresh()
    const second = pager.refresh()
    expect(answers[0]?.signal.aborted).toBe(true)
    answers[1]?.answer(E.right({ items: [2], next: null }))
    await second
    answers[0]?.answer(E.right({ items: [1], next: null }))
    await first
    expect(pager.listing().items).toEqual([2])
  })

  test('a refresh does not get in the way of a person who waits for more', async () => {
    const { load, answers } = byHand()
    const pager = createPager({ load, idOf })
    const first = pager.refresh()
    const page = Array.from({ length: 50 }, (_, i) => 51 - i)
    answers[0]?.answer(E.right({ items: page, next: '1' }))
    await first
    const more = pager.loadMore()
    expect(pager.listing().isLoadingMore).toBe(true)
    await pager.refresh()
    expect(answers).toHaveLength(2)
    answers[1]?.answer(E.right({ items: [1], next: null }))
    await more
    expect(pager.listing()).toMatchObject({ items: [...page, 1], isLoadingMore: false })
  })

  test('shows the rows of the question before until its own are there', async () => {
    const { load } = api(2)
    const pager = createPager({ load, idOf, before: [9, 8] })
    expect(pager.listing()).toMatchObject({ items: [9, 8], isStale: true })
    await pager.refresh()
    expect(pager.listing()).toMatchObject({ items: [2, 1], isStale: false })
  })

  test('says nothing any more once it is stopped', async () => {
    const { load, answers } = byHand()
    const pager = createPager({ load, idOf })
    const refresh = pager.refresh()
    pager.stop()
    answers[0]?.answer(E.right({ items: [1], next: null }))
    await refresh
    expect(pager.listing().items).toBeUndefined()
  })
})
