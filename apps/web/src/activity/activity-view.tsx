import { useMember } from '../app/member.js'
import { PagedList } from '../ui/paged-list.js'
import { PlaceLink } from '../ui/place-link.js'
import { Empty } from '../ui/trouble.js'
import type { ActivityView as ActivityPlace } from '../url/place.js'
import { ActivityFilters } from './activity-filters.js'
import { ActivityTable } from './activity-table.js'
import { useActivity } from './use-activity.js'

/** The review of activity: every change and every use of the keys, attempts with ended keys included. */
export const ActivityView = ({ view }: { readonly view: ActivityPlace }) => {
  const activity = useActivity(view)
  return (
    <>
      <div className="page-header">
        <div>
          <h1 id="page-title" tabIndex={-1}>
            Activity
          </h1>
          <p className="lead">
            Every change and every use of the keys of this workspace, newest first. Attempts with ended keys
            are marked.
          </p>
        </div>
      </div>
      <section className="card" aria-label="Activity">
        <ActivityFilters view={view} />
        <PagedList
          pages={activity}
          loading="Loading activity …"
          empty={<NoActivity isFiltered={Object.keys(view).length > 1} />}
          emptyWords={Object.keys(view).length > 1 ? 'Nothing fits' : 'No activity yet'}
          footer={entryCount}
        >
          {(items) => <ActivityTable entries={items} />}
        </PagedList>
      </section>
    </>
  )
}

const entryCount = (count: number, hasMore: boolean): string =>
  `${hasMore ? 'Newest ' : ''}${count.toLocaleString('en')} ${count === 1 ? 'entry' : 'entries'}`

const NoActivity = ({ isFiltered }: { readonly isFiltered: boolean }) => {
  const { workspaceId } = useMember().workspace
  if (!isFiltered)
    return <Empty title="No activity yet">Once a key is made or used, it is on record here.</Empty>
  return (
    <Empty
      title="Nothing fits"
      action={
        <PlaceLink className="button button-plain" to={{ workspaceId, view: { name: 'activity' } }}>
          Show all activity
        </PlaceLink>
      }
    >
      No change and no use of a key matches the filters.
    </Empty>
  )
}
