import type { Key } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import { useEffect } from 'react'
import { useApi } from '../app/api.js'
import { useMember } from '../app/member.js'
import { usePages, type Pages } from '../data/use-pages.js'
import type { KeysView } from '../url/place.js'
import { given } from '../words/given.js'

/** The keys of the workspace that fit the filters; their names become known to the whole page. */
export const useKeys = ({ search, status }: Pick<KeysView, 'search' | 'status'>): Pages<Key> => {
  const { client, ask } = useApi()
  const { workspace, names } = useMember()
  const { workspaceId } = workspace
  const keys = usePages<Key>({
    scope: workspaceId,
    idOf: ({ keyId }) => keyId,
    question: JSON.stringify([search, status]),
    load: async (page, signal) => {
      const input = { workspaceId, ...page, ...given({ search, status }) }
      const result = await ask(client.listKeys(input, { signal }))
      return E.isRight(result) ? E.right({ items: result.right.keys, next: result.right.next }) : result
    },
  })
  const { items } = keys
  useEffect(() => {
    if (items !== undefined) names.put(items)
  }, [items, names])
  return keys
}
