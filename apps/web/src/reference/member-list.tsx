import { Inline } from './prose.js'
import type { Member } from './schema-words.js'

/** Members with what they must be, and the members that these have, as lists in lists. */
export const MemberList = ({
  members,
  saysRequired,
}: {
  readonly members: ReadonlyArray<Member>
  /** In a request it matters which are required; in a reply, which may be absent. */
  readonly saysRequired: boolean
}) => (
  <ul className="members">
    {members.map(({ name, words, description, isRequired, members: inner }) => (
      <li key={name}>
        <p>
          <code className="member-name">{name}</code> <span className="member-type">{words}</span>
          {saysRequired && isRequired && <strong className="required">required</strong>}
          {!saysRequired && !isRequired && <span className="quiet">may be absent</span>}
        </p>
        {description !== undefined && (
          <p className="member-words">
            <Inline text={description} />
          </p>
        )}
        {inner.length > 0 && <MemberList members={inner} saysRequired={saysRequired} />}
      </li>
    ))}
  </ul>
)
