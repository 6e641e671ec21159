import { IconButton } from '../ui/button.js'
import { focusFirst } from '../ui/focus.js'
import { Icon } from '../ui/icon.js'
import { PlaceLink } from '../ui/place-link.js'
import { Words } from '../ui/said.js'
import { useNotices } from './notices.js'

/** What came of what the person did. The region is always there, so that what appears in it is read aloud. */
export const NoticeBar = () => {
  const { notice, say } = useNotices()
  const dismiss = (): void => {
    say(undefined)
    focusFirst(['page-title'])
  }
  return (
    <div role="status" className="notices">
      {notice !== undefined && (
        <div className={`alert alert-${notice.tone}`}>
          <Icon name={notice.tone === 'good' ? 'active' : 'warning'} />
          <p>
            <Words sentence={notice.text} />
          </p>
          {notice.next !== undefined && (
            <PlaceLink to={notice.next.place} onClick={() => say(undefined)}>
              {notice.next.label}
            </PlaceLink>
          )}
          <IconButton icon="close" label="Dismiss" onClick={dismiss} />
        </div>
      )}
    </div>
  )
}
