import * as E from 'fp-ts/lib/Either.js'

/** The options of a connection string, by their flat names. */
export type Options = ReadonlyMap<string, string>

/** The client's own rule: case, `_` and `-` do not matter in the name of an option. */
export const flatName = (name: string): string => name.trim().toLowerCase().replaceAll(/[_-]/g, '')

/** Gives what is wrong with a value, or undefined. */
type Rule = (value: string) => string | undefined

const anyText: Rule = () => undefined
const onlyValue =
  (wanted: string, why: string): Rule =>
  (value) =>
    value === wanted ? undefined : `must be ${wanted}: ${why}`
const trueOrFalse: Rule = (value) =>
  value === 'true' || value === 'false' ? undefined : 'must be true or false'
const integerFrom =
  (min: number, max: number): Rule =>
  (value) =>
    /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `must be a whole number from ${min} to ${max}`

/** Every option that is taken, by the name it is told by. Units are the client's: milliseconds, and seconds for gossip. */
const rules: Readonly<Record<string, Rule>> = {
  tls: trueOrFalse,
  tlsCAFile: anyText,
  tlsVerifyCert: onlyValue('true', 'the client ignores it and always verifies'),
  userCertFile: anyText,
  userKeyFile: anyText,
  nodePreference: onlyValue('leader', 'other nodes show an older log'),
  throwOnAppendFailure: onlyValue('true', 'refused appends would be told as done, with a wrong revision'),
  connectionName: anyText,
  maxDiscoverAttempts: integerFrom(1, 100),
  discoveryInterval: integerFrom(1, 60_000),
  gossipTimeout: integerFrom(1, 60),
  keepAliveInterval: integerFrom(10_000, 3_600_000),
  keepAliveTimeout: integerFrom(1_000, 3_600_000),
  defaultDeadline: integerFrom(100, 60_000),
  detricsPrefix: anyText,
}
const names: ReadonlyMap<string, string> = new Map(Object.keys(rules).map((name) => [flatName(name), name]))

const nameForm = /^[A-Za-z_-]{1,40}$/

/** Reads `name=value&…`, or says what is wrong. Only what looks like a name is repeated. */
export const readOptions = (text: string | undefined): E.Either<string, Options> => {
  const options = new Map<string, string>()
  for (const pair of text === undefined || text === '' ? [] : text.split('&')) {
    const option = readOption(pair)
    if (E.isLeft(option)) return option
    const { name, value } = option.right
    if (options.has(flatName(name))) return E.left(`the option ${name} is given twice`)
    options.set(flatName(name), value)
  }
  return E.right(options)
}

interface Option {
  readonly name: string
  readonly value: string
}

const readOption = (pair: string): E.Either<string, Option> => {
  const [given = '', value = '', ...more] = pair.split('=')
  if (!nameForm.test(given) || value === '' || more.length > 0) return E.left('an option is malformed')
  const name = names.get(flatName(given))
  if (name === undefined) return E.left(`the option ${given} is unknown`)
  const fault = rules[name]?.(value)
  return fault === undefined ? E.right({ name, value }) : E.left(`the option ${name} ${fault}`)
}

const secureOnly = ['tlsCAFile', 'userCertFile', 'userKeyFile']

/** What is wrong with options that are sound one by one. */
export const optionFault = (options: Options, hasUser: boolean): string | undefined => {
  const has = (name: string): boolean => options.has(flatName(name))
  if (has('userCertFile') !== has('userKeyFile')) return 'userCertFile and userKeyFile go together'
  if (options.get('tls') !== 'false') return undefined
  // The client drops them without a word and goes on as nobody.
  if (hasUser) return 'tls=false with user and password: they would not be sent'
  const ignored = secureOnly.find(has)
  return ignored === undefined ? undefined : `tls=false with ${ignored}: it would be ignored`
}
