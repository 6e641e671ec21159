import { useEffect, useRef, type ReactNode } from 'react'
import type { Pages } from '../data/use-pages.js'
import { troubleOf } from '../words/problem-words.js'
import { Button } from './button.js'
import { focusFirst, isFocusLost } from './focus.js'
import { LoadingRows } from './loading-rows.js'
import { Failed } from './trouble.js'

interface PagedListProps<Item> {
  readonly pages: Pages<Item>
  readonly loading: string
  /** What stands in place of a list with nothing in it. */
  readonly empty: ReactNode
  /** The same in a few words, to be read aloud. */
  readonly emptyWords: string
  /** How much there is, such as `First 50 keys`. */
  readonly footer: (count: number, hasMore: boolean) => string
  readonly children: (items: ReadonlyArray<Item>) => ReactNode
}

/** A list that is loaded by pages, or what there is to say instead of it. How much there is is read aloud. */
export const PagedList = <Item,>(props: PagedListProps<Item>) => {
  const { pages, emptyWords, footer } = props
  const { items, hasMore, isStale } = pages
  const words = items === undefined || isStale ? '' : footer(items.length, hasMore)
  return (
    <>
      <p role="status" className="only-heard">
        {items?.length === 0 && !isStale ? emptyWords : words}
      </p>
      <Listed {...props} />
    </>
  )
}

const Listed = <Item,>({ pages, loading, empty, footer, children }: PagedListProps<Item>) => {
  const { items, error, isStale } = pages
  const count = useFocusOnCount()
  if (items === undefined)
    return error === undefined ? (
      <LoadingRows label={loading} />
    ) : (
      <Failed trouble={troubleOf(error)} onRetry={pages.refresh} />
    )
  if (items.length === 0) return empty
  const words = footer(items.length, pages.hasMore)
  return (
    <>
      <OutOfDate error={error} onRetry={pages.refresh} />
      <div className={isStale ? 'is-stale' : undefined} aria-busy={isStale}>
        {children(items)}
      </div>
      <div className="list-footer">
        <span ref={count} tabIndex={-1} role="note" aria-label={words}>
          {words}
        </span>
        {pages.hasMore && (
          <Button busy={pages.isLoadingMore ? 'Loading …' : undefined} onClick={pages.loadMore}>
            Load more
          </Button>
        )}
      </div>
    </>
  )
}

/** “Load more” goes at the end of the list, as does what stood in place of it; the reader goes on at how much there is. */
const useFocusOnCount = () => {
  const count = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (!isFocusLost()) return
    if (count.current === null) focusFirst(['page-title'])
    else count.current.focus()
  })
  return count
}

/** A refresh failed; what was loaded before stays in sight. That nothing comes through at all is said at the top. */
const OutOfDate = ({
  error,
  onRetry,
}: {
  readonly error: Pages<unknown>['error']
  readonly onRetry: () => void
}) => (
  <div role="status">
    {error !== undefined && error._tag !== 'Unreachable' && (
      <div className="alert alert-warning">
        <p>
          <strong>{troubleOf(error).title}.</strong> What you see may be out of date.
        </p>
        <Button kind="quiet" onClick={onRetry}>
          Try again
        </Button>
      </div>
    )}
  </div>
)
