import type { Key, KeyId } from '@detrics/keys-client'
import * as E from 'fp-ts/lib/Either.js'
import { useApi } from '../app/api.js'
import { useMember } from '../app/member.js'
import { useResource, type Resource } from '../data/use-resource.js'

/** One key, as it is now. */
export const useKey = (keyId: KeyId): Resource<Key> => {
  const { client, ask } = useApi()
  const { workspaceId } = useMember().workspace
  return useResource(`${workspaceId} ${keyId}`, async (signal) => {
    const result = await ask(client.getKey({ workspaceId, keyId }, { signal }))
    return E.isRight(result) ? E.right(result.right.key) : result
  })
}
