import type { Instant, Key } from '@detrics/keys-client'
import { useState } from 'react'
import { useActivity } from '../activity/use-activity.js'
import { InstantField } from '../activity/instant-field.js'
import { useMember } from '../app/member.js'
import { Button } from '../ui/button.js'
import { Choice } from '../ui/field.js'
import { PagedList } from '../ui/paged-list.js'
import { PlaceLink } from '../ui/place-link.js'
import { Empty } from '../ui/trouble.js'
import { navigate } from '../url/use-place.js'
import { given } from '../words/given.js'
import { summarised } from '../words/grouping.js'
import { UseSummaryTable } from './use-summary-table.js'

type From = 'creation' | 'time'

/** What was done with the key, summed by who used what from where. */
export const ReviewStep = ({ keyShown }: { readonly keyShown: Key }) => {
  const { workspaceId } = useMember().workspace
  const [from, setFrom] = useState<From>('creation')
  const [time, setTime] = useState<Instant>()
  const since = from === 'creation' ? keyShown.createdAt : time
  const filter = { keyId: keyShown.keyId, ...given({ since }) }
  return (
    <>
      <p>
        Look for uses that were not yours: another program, another address, an action that you did not
        expect.
      </p>
      <div className="review-from">
        <Choice
          legend="Review what happened"
          options={[
            { value: 'creation', label: 'Since the key was made' },
            { value: 'time', label: 'Since a chosen time' },
          ]}
          value={from}
          onChange={setFrom}
        />
        {from === 'time' && <InstantField label="Chosen time" value={time} onChange={setTime} />}
      </div>
      <Review filter={filter} />
      <div className="step-actions">
        <Button kind="main" onClick={() => navigate({ workspaceId, view: { name: 'keys' } })}>
          Finish
        </Button>
        <PlaceLink
          className="button button-quiet"
          to={{ workspaceId, view: { name: 'activity', ...filter } }}
        >
          See every entry
        </PlaceLink>
      </div>
    </>
  )
}

const Review = ({
  filter,
}: {
  readonly filter: { readonly keyId: Key['keyId']; readonly since?: Instant }
}) => {
  const activity = useActivity({ ...filter, kind: 'used' })
  return (
    <div className="card">
      <PagedList
        pages={activity}
        loading="Loading activity …"
        empty={<Empty title="Never used">In this time nobody used the key, and nobody tried.</Empty>}
        emptyWords="Never used"
        footer={(_count, hasMore) => (hasMore ? 'Older uses are not summed yet.' : 'These are all.')}
      >
        {(items) => <UseSummaryTable summary={summarised(items)} isPartial={activity.hasMore} />}
      </PagedList>
    </div>
  )
}
