import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { createPager, type Listing, type LoadPage } from './pager.js'
import { useRefreshing } from './use-refreshing.js'

export interface Pages<Item> extends Listing<Item> {
  readonly refresh: () => void
  readonly loadMore: () => void
}

interface Question<Item> {
  /** Rows of another scope are never shown, not even for a moment: another workspace, another kind of list. */
  readonly scope: string
  /** What is asked within the scope; a new question keeps the old rows until it is answered. */
  readonly question: string
  readonly load: LoadPage<Item>
  readonly idOf: (item: Item) => unknown
  readonly intervalMs?: number
}

/** A list that is loaded by pages and refreshes itself. */
export const usePages = <Item>({ scope, question, load, idOf, intervalMs }: Question<Item>): Pages<Item> => {
  const before = useRef<{ readonly scope: string; readonly items: ReadonlyArray<Item> | undefined }>(
    undefined,
  )
  const pager = useMemo(
    () =>
      createPager({ load, idOf, before: before.current?.scope === scope ? before.current.items : undefined }),
    // `load` is another function at each turn and the same in what it does, as long as scope and question are.
    [scope, question],
  )
  const listing = useSyncExternalStore(pager.subscribe, pager.listing)
  useEffect(() => {
    before.current = { scope, items: listing.items }
  }, [scope, listing.items])
  useEffect(() => () => pager.stop(), [pager])
  useRefreshing(pager.refresh, intervalMs)
  const refresh = useCallback(() => void pager.refresh(), [pager])
  const loadMore = useCallback(() => void pager.loadMore(), [pager])
  return { ...listing, refresh, loadMore }
}
