import type { ClientError } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'

export interface Page<Item> {
  readonly items: ReadonlyArray<Item>
  readonly next: string | null
}

export type LoadPage<Item> = (
  of: { readonly cursor?: string; readonly limit: number },
  signal: AbortSignal,
) => Promise<E.Either<ClientError, Page<Item>>>

/** A list as far as it has been loaded. */
export interface Listing<Item> {
  /** Undefined until the first page is there. */
  readonly items: ReadonlyArray<Item> | undefined
  readonly hasMore: boolean
  /** Why the last request failed; what was loaded before stays. */
  readonly error: ClientError | undefined
  readonly isLoadingMore: boolean
  /** What is shown belongs to the question before this one. */
  readonly isStale: boolean
}

export interface Pager<Item> {
  readonly listing: () => Listing<Item>
  readonly subscribe: (listener: () => void) => () => void
  /** Reads again all that has been loaded; gives the error, if there was one. */
  readonly refresh: () => Promise<ClientError | undefined>
  readonly loadMore: () => Promise<void>
  readonly stop: () => void
}

export const pageSize = 50
/** As many as one request may ask for. */
const limitMax = 200
/** Of a longer list only so many are read again and again; the rest stays as it was loaded. */
const refreshedMax = 1_000

interface Loaded<Item> {
  readonly items: ReadonlyArray<Item>
  readonly next: string | null
}

interface PagerSettings<Item> {
  readonly load: LoadPage<Item>
  /** Tells one item from another. */
  readonly idOf: (item: Item) => unknown
  /** What is shown until the first page is there. */
  readonly before?: ReadonlyArray<Item> | undefined
}

/** Keeps a list of pages that grows at its end and is refreshed as a whole; one request is under way at a time. */
export const createPager = <Item>({ load, idOf, before }: PagerSettings<Item>): Pager<Item> => {
  let listing: Listing<Item> = {
    items: before,
    hasMore: false,
    error: undefined,
    isLoadingMore: false,
    isStale: before !== undefined,
  }
  let loaded: Loaded<Item> | undefined
  let underWay: AbortController | undefined
  const listeners = new Set<() => void>()

  const show = (change: Partial<Listing<Item>>): void => {
    listing = { ...listing, ...change }
    for (const listener of listeners) listener()
  }
  const keep = (next: Loaded<Item>): void => {
    loaded = next
    show({
      items: next.items,
      hasMore: next.next !== null,
      error: undefined,
      isLoadingMore: false,
      isStale: false,
    })
  }
  /** Ends what is under way: its answer would be older than that of what begins now. */
  const begin = (): AbortController => {
    underWay?.abort()
    underWay = new AbortController()
    return underWay
  }

  const refresh = async (): Promise<ClientError | undefined> => {
    // A person waits for more; the next turn refreshes.
    if (listing.isLoadingMore) return undefined
    const controller = begin()
    const result = await loadAgain({ load, idOf }, loaded, controller.signal)
    if (controller.signal.aborted) return undefined
    if (E.isRight(result)) keep(result.right)
    else show({ error: result.left })
    return E.isLeft(result) ? result.left : undefined
  }

  const loadMore = async (): Promise<void> => {
    if (loaded === undefined || loaded.next === null || listing.isLoadingMore) return
    const { items, next } = loaded
    const controller = begin()
    show({ isLoadingMore: true })
    const result = await load({ cursor: next, limit: pageSize }, controller.signal)
    if (controller.signal.aborted) return
    if (E.isRight(result)) keep({ items: [...items, ...result.right.items], next: result.right.next })
    else show({ error: result.left, isLoadingMore: false })
  }

  return {
    listing: () => listing,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    refresh,
    loadMore,
    stop: () => underWay?.abort(),
  }
}

/** Reads as many items as are shown, in as few requests as the API allows. */
const loadAgain = async <Item>(
  { load, idOf }: PagerSettings<Item>,
  before: Loaded<Item> | undefined,
  signal: AbortSignal,
): Promise<E.Either<ClientError, Loaded<Item>>> => {
  const wanted = Math.min(Math.max(before?.items.length ?? 0, pageSize), refreshedMax)
  let fresh: Loaded<Item> = { items: [], next: null }
  do {
    const limit = Math.min(wanted - fresh.items.length, limitMax)
    const page: E.Either<ClientError, Page<Item>> = await load(
      fresh.next === null ? { limit } : { cursor: fresh.next, limit },
      signal,
    )
    if (E.isLeft(page)) return page
    fresh = { items: [...fresh.items, ...page.right.items], next: page.right.next }
  } while (fresh.next !== null && fresh.items.length < wanted)
  return E.right({ ...fresh, ...restOf(fresh, before, idOf) })
}

/** What is too far down to be read again stays as it was: everything after the last item that was read. */
const restOf = <Item>(
  { items, next }: Loaded<Item>,
  before: Loaded<Item> | undefined,
  idOf: (item: Item) => unknown,
): Partial<Loaded<Item>> => {
  const [last] = items.slice(-1)
  if (next === null || before === undefined || last === undefined || before.items.length <= refreshedMax)
    return {}
  const at = before.items.findIndex((item) => idOf(item) === idOf(last))
  return at < 0 ? {} : { items: [...items, ...before.items.slice(at + 1)], next: before.next }
}
