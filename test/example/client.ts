import { Secret, createKeysClient, reveal } from '@detrics/keys-client'
import { isLeft } from 'fp-ts/lib/Either.js'

/** Makes a key for a build server, with a token of the identity provider; its secret goes to whoever stores it. */
export const keyForCi = async (
  baseUrl: string,
  token: string,
  store: (key: string) => void,
): Promise<string> => {
  const client = createKeysClient({ baseUrl, credential: async () => new Secret(token) })
  const made = await client.createKey({ workspaceId: 'demo-a', name: 'CI server' })()
  if (isLeft(made)) return made.left._tag === 'ProblemReply' ? made.left.problem.title : 'No reply'
  const { key, secret } = made.right // printed, logged or serialised, a secret is `[redacted]`
  if (secret !== null) store(reveal(secret))
  return `${key.name}: ${key.mask}`
}
