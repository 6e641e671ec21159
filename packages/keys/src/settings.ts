import { present } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { isStoreSetting, storeForms } from './stores/stores.js'

/** Who members are: one development member, on loopback only, or whoever an OpenID provider says. */
type IdentitySettings =
  | { readonly type: 'development' }
  | {
      readonly type: 'oidc'
      /** Exactly as the provider writes it. */
      readonly issuer: string
      readonly audience: string
      readonly clientId: string
      /** Without it the sign-in is that of a public client. */
      readonly clientSecretFile?: string
      readonly memberClaim: string
      readonly workspacesClaim: string
    }

/** What a process is told from outside. */
export interface Settings {
  /** `sqlite:<file>`, `postgres://…`, `esdb://…` or `memory:`; it may hold a password. */
  readonly store: string
  /** The folder in which data lives. */
  readonly dataFolder: string
  /** 0 lets the system choose. */
  readonly apiPort: number
  readonly mcpPort: number
  readonly identity: IdentitySettings
  readonly servicesFile?: string
  /** The address that members use, as an origin; absent where the system chooses the port. */
  readonly publicUrl?: string
  /** The address that agents use; absent where the system chooses the port. */
  readonly publicMcpUrl?: string
  /** Addresses and networks whose word on where a request comes from counts. */
  readonly trustedProxies: ReadonlyArray<string>
  /** How many keys that are neither revoked nor expired a workspace may have. */
  readonly activeKeysMax: number
}

export interface SettingProblem {
  readonly name: string
  /** A sentence that says what would be right. Never contains the value, which may be a secret. */
  readonly problem: string
}

interface SettingRow {
  readonly name: string
  readonly meaning: string
  readonly standard: string
  /** What is wrong with a value; undefined when it is right. */
  readonly check: (value: string) => string | undefined
}

const wholeNumber =
  (min: number, max: number) =>
  (value: string): string | undefined =>
    /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `Give a whole number from ${min} to ${max}.`

/** Visible characters of ASCII, as identifiers and names of claims are. */
const identifier = (value: string): string | undefined =>
  /^[\x21-\x7E]{0,256}$/.test(value) ? undefined : 'Give at most 256 characters, none of them a space.'

const isLoopback = ({ hostname }: URL): boolean => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)

/** Others read along what goes over http, unless it stays on this machine. */
const isProtected = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))

const addressOf = (value: string): URL | undefined => {
  const url =
    /^https?:\/\/[^/\\@?#\s]+[^\\@?#\s]*$/i.test(value) && URL.canParse(value) ? new URL(value) : undefined
  return url !== undefined && isProtected(url) ? url : undefined
}

const webAddress = (value: string): string | undefined =>
  value === '' || addressOf(value) !== undefined
    ? undefined
    : 'Give an address with https, or with http on loopback; without user, query and fragment.'

const origin = (value: string): string | undefined =>
  value === '' || addressOf(value)?.pathname === '/'
    ? undefined
    : 'Give scheme, host and port, and no path; with https, or with http on loopback.'

const isNetwork = (value: string): boolean => {
  const [address = '', bits, ...rest] = value.split('/')
  const family = address.includes('%') ? 0 : isIP(address)
  const bitsMax = family === 4 ? 32 : 128
  return (
    family !== 0 &&
    rest.length === 0 &&
    (bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= bitsMax))
  )
}

const listOf = (value: string): ReadonlyArray<string> =>
  value === '' ? [] : value.split(',').map((part) => part.trim())

/** Every setting, by its environment variable. */
export const settingsTable = {
  DETRICS_DATA: {
    meaning: 'Folder in which data lives; made when it is missing.',
    standard: '.detrics',
    check: (value) => (value === '' ? 'Name a folder.' : undefined),
  },
  DETRICS_STORE: {
    meaning:
      '`sqlite:<file>`, `postgres://…`, `esdb://…`, or `memory:` for what may be forgotten. By default `keys.sqlite` in the data folder.',
    standard: '',
    check: (value) => (value === '' || isStoreSetting(value) ? undefined : `Use ${storeForms}.`),
  },
  DETRICS_API_PORT: {
    meaning: 'Port of the HTTP API on loopback; 0 lets the system choose.',
    standard: '4700',
    check: wholeNumber(0, 65_535),
  },
  DETRICS_MCP_PORT: {
    meaning: 'Port of the MCP server on loopback; 0 lets the system choose.',
    standard: '4701',
    check: wholeNumber(0, 65_535),
  },
  DETRICS_PUBLIC_URL: {
    meaning: 'Address of the API for members, such as `https://keys.example.com`. By default on loopback.',
    standard: '',
    check: origin,
  },
  DETRICS_PUBLIC_MCP_URL: {
    meaning: 'Address of the MCP server for agents, with its path `/mcp`. By default on loopback.',
    standard: '',
    check: webAddress,
  },
  DETRICS_TRUSTED_PROXY: {
    meaning: 'Proxies whose `X-Forwarded-For` counts: addresses and networks (`10.0.0.0/8`), with commas.',
    standard: '',
    check: (value) =>
      listOf(value).every(isNetwork) ? undefined : 'Give IP addresses or networks, with commas between them.',
  },
  DETRICS_IDENTITY: {
    meaning:
      '`development`: one member without a password, on loopback. `oidc`: members of an OpenID provider.',
    standard: 'development',
    check: (value) => (/^(?:development|oidc)$/.test(value) ? undefined : 'Use `development` or `oidc`.'),
  },
  DETRICS_OIDC_ISSUER: {
    meaning: 'Address of the OpenID provider, exactly as it writes its `issuer`.',
    standard: '',
    check: webAddress,
  },
  DETRICS_OIDC_AUDIENCE: {
    meaning: 'What the access tokens of members have as `aud`.',
    standard: '',
    check: identifier,
  },
  DETRICS_OIDC_CLIENT_ID: {
    meaning: 'Client at the provider; its redirect URI is `/auth/callback` at the public address.',
    standard: '',
    check: identifier,
  },
  DETRICS_OIDC_CLIENT_SECRET_FILE: {
    meaning: 'File of mode 0600 with the secret of the client. Without it the client is a public one.',
    standard: '',
    check: () => undefined,
  },
  DETRICS_OIDC_MEMBER_CLAIM: {
    meaning: 'The claim that says which member it is. It must never pass from one person to another.',
    standard: 'sub',
    check: identifier,
  },
  DETRICS_OIDC_WORKSPACES_CLAIM: {
    meaning: 'The claim that lists the workspaces of a member: `[{ "id", "role", "name"? }]`.',
    standard: 'workspaces',
    check: identifier,
  },
  DETRICS_SERVICES_FILE: {
    meaning:
      'File of mode 0600 with who may verify keys: `[{ "service", "sha256" }]`, of the credential in hex.',
    standard: '',
    check: () => undefined,
  },
  DETRICS_ACTIVE_KEYS_MAX: {
    meaning: 'How many keys that are neither revoked nor expired a workspace may have.',
    standard: '1000',
    check: wholeNumber(1, 100_000),
  },
} as const satisfies Record<string, Omit<SettingRow, 'name'>>

type SettingName = keyof typeof settingsTable
type Environment = Readonly<Record<string, string | undefined>>
/** The value of a setting; that of one that is empty or not there is its standard. */
type Values = (name: SettingName) => string

/** Variables of the programs that agents run; they are no settings of the servers, and no mistake either. */
const otherPrograms = new Set(['DETRICS_API_KEY', 'DETRICS_API_KEY_FILE', 'DETRICS_MCP_URL'])

/** Reads the settings; every one that is wrong or unknown is named, and with any of these nothing starts. */
export const readSettings = (environment: Environment): E.Either<ReadonlyArray<SettingProblem>, Settings> => {
  const wrong = [...unknownSettings(environment), ...wrongSettings(environment)]
  if (wrong.length > 0) return E.left(wrong)
  const value: Values = (name) => {
    const given = environment[name] ?? ''
    return given === '' ? settingsTable[name].standard : given
  }
  const unfitting = unfittingSettings(value, environment)
  return unfitting.length > 0 ? E.left(unfitting) : E.right(settingsOf(value))
}

const settingsOf = (value: Values): Settings => {
  const dataFolder = resolve(value('DETRICS_DATA'))
  const store = value('DETRICS_STORE')
  return {
    store: store === '' ? `sqlite:${dataFolder}/keys.sqlite` : store,
    dataFolder,
    apiPort: Number(value('DETRICS_API_PORT')),
    mcpPort: Number(value('DETRICS_MCP_PORT')),
    identity: identityOf(value),
    trustedProxies: listOf(value('DETRICS_TRUSTED_PROXY')),
    activeKeysMax: Number(value('DETRICS_ACTIVE_KEYS_MAX')),
    ...present({
      servicesFile: pathOf(value('DETRICS_SERVICES_FILE')),
      publicUrl: addressOf(value('DETRICS_PUBLIC_URL'))?.origin ?? ownAddress(value('DETRICS_API_PORT')),
      publicMcpUrl:
        addressOf(value('DETRICS_PUBLIC_MCP_URL'))?.href ?? ownAddress(value('DETRICS_MCP_PORT'), '/mcp'),
    }),
  }
}

const identityOf = (value: Values): IdentitySettings =>
  value('DETRICS_IDENTITY') === 'development'
    ? { type: 'development' }
    : {
        type: 'oidc',
        issuer: value('DETRICS_OIDC_ISSUER'),
        audience: value('DETRICS_OIDC_AUDIENCE'),
        clientId: value('DETRICS_OIDC_CLIENT_ID'),
        ...present({ clientSecretFile: pathOf(value('DETRICS_OIDC_CLIENT_SECRET_FILE')) }),
        memberClaim: value('DETRICS_OIDC_MEMBER_CLAIM'),
        workspacesClaim: value('DETRICS_OIDC_WORKSPACES_CLAIM'),
      }

const pathOf = (value: string): string | undefined => (value === '' ? undefined : resolve(value))

const ownAddress = (port: string, path = ''): string | undefined =>
  Number(port) === 0 ? undefined : `http://127.0.0.1:${Number(port)}${path}`

const unknownSettings = (environment: Environment): ReadonlyArray<SettingProblem> =>
  Object.keys(environment)
    .filter((name) => name.startsWith('DETRICS_') && !(name in settingsTable) && !otherPrograms.has(name))
    .map((name) => ({
      name,
      problem: `There is no such setting; there are ${Object.keys(settingsTable).join(', ')}.`,
    }))

const wrongSettings = (environment: Environment): ReadonlyArray<SettingProblem> =>
  Object.entries(settingsTable).flatMap(([name, { check }]) => {
    const value = environment[name]
    const problem = value === undefined ? undefined : check(value)
    return problem === undefined ? [] : [{ name, problem }]
  })

const neededForOidc = ['DETRICS_OIDC_ISSUER', 'DETRICS_OIDC_AUDIENCE', 'DETRICS_OIDC_CLIENT_ID'] as const

/** Settings that are right by themselves and not together. */
const unfittingSettings = (value: Values, environment: Environment): ReadonlyArray<SettingProblem> => {
  const publicUrl = addressOf(value('DETRICS_PUBLIC_URL'))
  if (value('DETRICS_IDENTITY') === 'development')
    return [
      ...Object.keys(environment)
        .filter((name) => name.startsWith('DETRICS_OIDC_') && (environment[name] ?? '') !== '')
        .map((name) => ({ name, problem: 'Only `DETRICS_IDENTITY=oidc` has a use for it: leave it out.' })),
      ...(publicUrl === undefined || isLoopback(publicUrl) ? [] : [developmentInPublic]),
    ]
  return [
    ...neededForOidc
      .filter((name) => value(name) === '')
      .map((name) => ({ name, problem: '`DETRICS_IDENTITY=oidc` takes it.' })),
    ...(publicUrl === undefined && Number(value('DETRICS_API_PORT')) === 0 ? [publicUrlNeeded] : []),
  ]
}

const developmentInPublic: SettingProblem = {
  name: 'DETRICS_PUBLIC_URL',
  problem: 'The development identity asks for no credential, so its address is one on loopback.',
}

const publicUrlNeeded: SettingProblem = {
  name: 'DETRICS_PUBLIC_URL',
  problem:
    'Members are sent back to it when they have signed in, so name it where the system chooses the port.',
}
