import type { Key } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import { useEffect } from 'react'
import { useApi } from '../app/api.js'
import { useMember } from '../app/member.js'
import { useResource } from '../data/use-resource.js'

const refreshMs = 30_000
/** More than these are found through the menus of the keys. */
const keysMax = 200

/** The newest keys, to choose from; it also keeps the names in sight up to date. */
export const useRecentKeys = (): ReadonlyArray<Key> => {
  const { client, ask } = useApi()
  const { workspace, names } = useMember()
  const { workspaceId } = workspace
  const { value } = useResource(
    `recent keys of ${workspaceId}`,
    async (signal) => {
      const result = await ask(client.listKeys({ workspaceId, limit: keysMax }, { signal }))
      return E.isRight(result) ? E.right(result.right.keys) : result
    },
    refreshMs,
  )
  useEffect(() => {
    if (value !== undefined) names.put(value)
  }, [value, names])
  return value ?? []
}
