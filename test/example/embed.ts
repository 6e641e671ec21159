import { openKeys } from '@detrics/keys'
import { isLeft } from 'fp-ts/lib/Either.js'

const opened = await openKeys({ store: 'memory:' })() // or 'sqlite:/var/lib/reports/keys.sqlite', 'postgres://…'
if (isLeft(opened)) throw new Error(opened.left.reason)
const keys = opened.right

/** What a service does with the bearer of a request, before it does anything else. */
export const authorise = async (bearer: string, route: string): Promise<string> => {
  const verdict = await keys.verify(bearer, { action: route })() // on record before it answers
  if (verdict._tag === 'Unavailable') return '503 Try again'
  return verdict._tag === 'Active' ? `200 Data of ${verdict.workspaceId}` : '401 Unauthorized'
}
export { keys }
