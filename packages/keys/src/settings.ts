import * as E from 'fp-ts/lib/Either.js'
import { resolve } from 'node:path'

/** What a process is told from outside. */
export interface Settings {
  /** `sqlite:<file>` or `memory:`. */
  readonly store: string
  /** The folder in which data lives. */
  readonly dataFolder: string
  /** 0 lets the system choose. */
  readonly apiPort: number
  readonly mcpPort: number
  /** Who members are: one development member, on loopback only. */
  readonly identity: 'development'
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

/** Every setting, by its environment variable. */
export const settingsTable = {
  DETRICS_DATA: {
    meaning: 'Folder in which data lives; made when it is missing.',
    standard: '.detrics',
    check: (value) => (value === '' ? 'Name a folder.' : undefined),
  },
  DETRICS_STORE: {
    meaning:
      '`sqlite:<file>`, or `memory:` for what may be forgotten. By default `keys.sqlite` in the data folder.',
    standard: '',
    check: (value) =>
      value === '' || value === 'memory:' || /^sqlite:./.test(value)
        ? undefined
        : 'Use `sqlite:<file>` or `memory:`.',
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
  DETRICS_IDENTITY: {
    meaning: '`development`: one member without a password, on loopback only.',
    standard: 'development',
    check: (value) =>
      value === 'development' ? undefined : 'The one identity there is so far is `development`.',
  },
  DETRICS_ACTIVE_KEYS_MAX: {
    meaning: 'How many keys that are neither revoked nor expired a workspace may have.',
    standard: '1000',
    check: wholeNumber(1, 100_000),
  },
} as const satisfies Record<string, Omit<SettingRow, 'name'>>

type SettingName = keyof typeof settingsTable

/** Variables of the programs that agents run; they are no settings of the servers, and no mistake either. */
const otherPrograms = new Set(['DETRICS_API_KEY', 'DETRICS_API_KEY_FILE', 'DETRICS_MCP_URL'])

/** Reads the settings; every one that is wrong or unknown is named, and with any of these nothing starts. */
export const readSettings = (
  environment: Readonly<Record<string, string | undefined>>,
): E.Either<ReadonlyArray<SettingProblem>, Settings> => {
  const problems = [...unknownSettings(environment), ...wrongSettings(environment)]
  if (problems.length > 0) return E.left(problems)
  const value = (name: SettingName): string => environment[name] ?? settingsTable[name].standard
  const dataFolder = resolve(value('DETRICS_DATA'))
  const store = value('DETRICS_STORE')
  return E.right({
    store: store === '' ? `sqlite:${dataFolder}/keys.sqlite` : store,
    dataFolder,
    apiPort: Number(value('DETRICS_API_PORT')),
    mcpPort: Number(value('DETRICS_MCP_PORT')),
    identity: 'development',
    activeKeysMax: Number(value('DETRICS_ACTIVE_KEYS_MAX')),
  })
}

const unknownSettings = (
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyArray<SettingProblem> =>
  Object.keys(environment)
    .filter((name) => name.startsWith('DETRICS_') && !(name in settingsTable) && !otherPrograms.has(name))
    .map((name) => ({
      name,
      problem: `There is no such setting; there are ${Object.keys(settingsTable).join(', ')}.`,
    }))

const wrongSettings = (
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyArray<SettingProblem> =>
  Object.entries(settingsTable).flatMap(([name, { check }]) => {
    const value = environment[name]
    const problem = value === undefined ? undefined : check(value)
    return problem === undefined ? [] : [{ name, problem }]
  })
