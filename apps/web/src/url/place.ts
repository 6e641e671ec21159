import {
  Instant,
  KeyId,
  WorkspaceId,
  instantToIso,
  type ActivityKind,
  type KeyStatus,
  type UseOutcome,
} from '@detrics/keys-client'
import { given } from '../words/given.js'
import { searchOf } from '../words/search-words.js'

export interface KeysView {
  readonly name: 'keys'
  readonly search?: string
  readonly status?: KeyStatus
}

export interface ActivityView {
  readonly name: 'activity'
  readonly keyId?: KeyId
  readonly kind?: ActivityKind
  readonly outcome?: UseOutcome
  readonly since?: Instant
  readonly until?: Instant
}

export type Step = 1 | 2 | 3 | 4

/** The guided way out of a compromise; how far it has come stands in the address, so that it can be taken up again. */
export interface CompromisedView {
  readonly name: 'compromised'
  readonly keyId: KeyId
  readonly step: Step
  /** The key that was made instead. */
  readonly successor?: KeyId
  readonly isUpdated?: true
}

/** How to give a key to an agent. */
export interface SetUpView {
  readonly name: 'set-up'
}

export type View = KeysView | ActivityView | SetUpView | CompromisedView

/** Where the person is: everything that the address says, and nothing secret. */
export interface Place {
  readonly workspaceId?: WorkspaceId
  readonly view: View
}

/** Reads the query of an address; what does not fit is left out. */
export const readPlace = (query: string): Place => {
  const params = new URLSearchParams(query)
  return {
    ...given({ workspaceId: one(params, 'workspace', WorkspaceId.is) }),
    view: readView(params),
  }
}

const readView = (params: URLSearchParams): View => {
  const keyId = one(params, 'key', KeyId.is)
  switch (params.get('view') ?? 'keys') {
    case 'activity':
      return {
        name: 'activity',
        ...given({
          keyId,
          kind: oneOf(params, 'kind', kinds),
          outcome: oneOf(params, 'outcome', outcomes),
          since: instantIn(params, 'since'),
          until: instantIn(params, 'until'),
        }),
      }
    case 'set-up':
      return { name: 'set-up' }
    case 'compromised':
      return keyId === undefined ? { name: 'keys' } : readCompromised(params, keyId)
    default:
      return {
        name: 'keys',
        ...given({ search: searchIn(params), status: oneOf(params, 'status', statuses) }),
      }
  }
}

const readCompromised = (params: URLSearchParams, keyId: KeyId): CompromisedView => ({
  name: 'compromised',
  keyId,
  step: steps.find((step) => String(step) === params.get('step')) ?? 1,
  ...given({
    successor: one(params, 'successor', KeyId.is),
    isUpdated: params.get('updated') === 'yes' ? (true as const) : undefined,
  }),
})

export const statuses: ReadonlyArray<KeyStatus> = ['active', 'revoked', 'expired']
export const kinds: ReadonlyArray<ActivityKind> = ['created', 'renamed', 'revoked', 'used']
export const outcomes: ReadonlyArray<UseOutcome> = ['accepted', 'revoked', 'expired', 'wrong-secret']
const steps: ReadonlyArray<Step> = [1, 2, 3, 4]

const one = <A extends string>(
  params: URLSearchParams,
  name: string,
  is: (text: unknown) => text is A,
): A | undefined => {
  const text = params.get(name)
  return is(text) ? text : undefined
}

const oneOf = <A extends string>(
  params: URLSearchParams,
  name: string,
  all: ReadonlyArray<A>,
): A | undefined => all.find((value) => value === params.get(name))

const searchIn = (params: URLSearchParams): string | undefined => {
  const { term } = searchOf(params.get('search') ?? '')
  return term === '' ? undefined : term
}

const instantIn = (params: URLSearchParams, name: string): Instant | undefined => {
  const ms = Date.parse(params.get(name) ?? '')
  return Instant.is(ms) ? ms : undefined
}

/** The query of a place, `?…`; reading it gives the place again. */
export const queryOf = ({ workspaceId, view }: Place): string => {
  const params = new URLSearchParams(Object.entries(given({ workspace: workspaceId, ...memberTexts(view) })))
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

const memberTexts = (view: View): Readonly<Record<string, string | undefined>> => {
  switch (view.name) {
    case 'keys':
      return { search: view.search, status: view.status }
    case 'activity':
      return {
        view: 'activity',
        key: view.keyId,
        kind: view.kind,
        outcome: view.outcome,
        since: iso(view.since),
        until: iso(view.until),
      }
    case 'set-up':
      return { view: 'set-up' }
    case 'compromised':
      return {
        view: 'compromised',
        key: view.keyId,
        step: view.step === 1 ? undefined : String(view.step),
        successor: view.successor,
        updated: view.isUpdated === true ? 'yes' : undefined,
      }
  }
}

const iso = (instant: Instant | undefined): string | undefined =>
  instant === undefined ? undefined : instantToIso(instant)
