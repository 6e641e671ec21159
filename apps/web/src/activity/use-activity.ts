import type { ActivityEntry } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import { useApi } from '../app/api.js'
import { useMember } from '../app/member.js'
import { usePages, type Pages } from '../data/use-pages.js'
import type { ActivityView } from '../url/place.js'
import { given } from '../words/given.js'

export type ActivityFilter = Omit<ActivityView, 'name'>

/** What was done with the keys of the workspace, newest first. */
export const useActivity = ({ keyId, kind, outcome, since, until }: ActivityFilter): Pages<ActivityEntry> => {
  const { client, ask } = useApi()
  const { workspaceId } = useMember().workspace
  return usePages<ActivityEntry>({
    scope: workspaceId,
    idOf: ({ sequence }) => sequence,
    question: JSON.stringify([keyId, kind, outcome, since, until]),
    load: async ({ cursor, limit }, signal) => {
      const before = cursor === undefined ? undefined : Number(cursor)
      const filter = given({ keyId, kind, outcome, since, until, cursor: before })
      const result = await ask(client.reviewActivity({ workspaceId, limit, ...filter }, { signal }))
      return E.isRight(result) ? E.right({ items: result.right.entries, next: result.right.next }) : result
    },
  })
}
