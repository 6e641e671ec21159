import { MemberId, WorkspaceId } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Member } from './principal.js'

/** Which claims say who a member is. */
export interface ClaimNames {
  readonly memberClaim: string
  readonly workspacesClaim: string
}

/** What a provider says of somebody, in a token whose signature is right. */
export type Claims = Readonly<Record<string, unknown>>

const workspacesMax = 1_000

/** A name as it may be shown: 1–256 characters, none of them a control character. */
const Name = t.refinement(t.string, (text) => /^[^\p{C}]{1,256}$/u.test(text), 'a name')

const Workspaces = t.array(
  t.intersection([
    t.type({ id: WorkspaceId, role: t.keyof({ viewer: null, manager: null }) }),
    t.partial({ name: Name }),
  ]),
)

/**
 * The member of whom the claims speak. An entry that does not fit refuses all of them: passed over, it would hide from
 * everybody that the provider is set up wrongly. Without the claim, the member has no workspace. On the left stands what
 * does not fit, for the operator, without any value.
 */
export const memberOf = (
  claims: Claims,
  { memberClaim, workspacesClaim }: ClaimNames,
  signedInBy: 'session' | 'token',
): E.Either<string, Member> => {
  const memberId = claimOf(claims, memberClaim)
  if (!MemberId.is(memberId)) return E.left('The claim of the member is no text of 1 to 256 characters.')
  const listed = claimOf(claims, workspacesClaim)
  const workspaces = Workspaces.decode(listed === undefined ? [] : listed)
  if (E.isLeft(workspaces)) return E.left(whereWrong(workspaces.left))
  const refusal = refusalOf(workspaces.right.map(({ id }) => id))
  if (refusal !== undefined) return E.left(refusal)
  return E.right({
    type: 'member',
    memberId,
    name: [claims['name'], claims['preferred_username']].find(Name.is) ?? memberId,
    workspaces: workspaces.right.map(({ id, name, role }) => ({ workspaceId: id, name: name ?? id, role })),
    signedInBy,
  })
}

const claimOf = (claims: Claims, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined

/** Names only what the codec knows by name, and numbers; no key of an object that came from outside. */
const whereWrong = ([first]: t.Errors): string => {
  const steps = first?.context.slice(1).map(({ key }) => key) ?? []
  const member = ['id', 'role', 'name'].find((name) => steps.includes(name)) ?? 'entry'
  return steps[0] === undefined
    ? 'The claim of the workspaces is no array.'
    : `The claim of the workspaces does not fit at ${Number(steps[0])}: ${member}.`
}

const refusalOf = (ids: ReadonlyArray<string>): string | undefined => {
  if (ids.length > workspacesMax) return `The claim of the workspaces lists more than ${workspacesMax}.`
  return new Set(ids).size < ids.length ? 'The claim of the workspaces lists one of them twice.' : undefined
}
