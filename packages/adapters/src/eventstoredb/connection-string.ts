import * as E from 'fp-ts/lib/Either.js'
import { cannotOpen } from '../shared/open-error.js'
import type { OpenError } from '../shared/open-error.js'
import { flatName, optionFault, readOptions } from './options.js'
import type { Options } from './options.js'

/** A connection string that was looked through, and what of it is ours. */
export interface Target {
  /** For the client: without our own options, and with bounds where none were set. */
  readonly url: string
  /** The streams of the log are named `<prefix>-<stream>`. */
  readonly prefix: string
  /** How long an append may take, in milliseconds. */
  readonly appendMsMax: number
}

export interface EventStoreDbSettings {
  /** `esdb://…` for one node, `esdb+discover://…` or several hosts for a cluster. */
  readonly url: string
  /** Several logs live in one server by their prefix: 1–64 of `[A-Za-z0-9_]`, first a letter. `detrics` unless set. */
  readonly prefix?: string
}

const form =
  /^(?<scheme>esdb|esdb\+discover):\/\/(?:(?<user>[^@/?]*)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<options>[^?@]*))?$/
/** The client knows no other; it cuts a password at a colon and takes an `@` in an option for the end of one. */
const userForm = /^[^:@/?]+:[^:@/?]+$/
const hostForm = /^[A-Za-z0-9.-]+(?::\d{1,5})?$/
const prefixForm = /^[A-Za-z][A-Za-z0-9_]{0,63}$/

const prefixDefault = 'detrics'
const appendMsDefault = 5_000

/** Added where the operator states nothing: the client's own bounds let one command search a cluster for a minute. */
const defaults: Options = new Map([
  ['maxDiscoverAttempts', '3'],
  ['gossipTimeout', '2'],
])

/**
 * Looks through a connection string and refuses what would be unsafe or do nothing. The client itself only warns, and
 * its complaints quote the string with everything in it; so what is refused is named here, in words of our own.
 */
export const targetFrom = (settings: EventStoreDbSettings): E.Either<OpenError, Target> => {
  const groups = form.exec(settings.url.trim())?.groups
  if (groups === undefined) return refuse('the connection string is malformed')
  const { scheme = '', user, hosts = '', options: text } = groups
  const address = { scheme, user, hosts }
  const addressTrouble = addressFault(address)
  if (addressTrouble !== undefined) return refuse(addressTrouble)
  const options = readOptions(text)
  if (E.isLeft(options)) return refuse(options.left)
  const trouble = optionFault(options.right, user !== undefined)
  if (trouble !== undefined) return refuse(trouble)
  return E.map((prefix: string): Target => ({
    url: clientUrl(address, options.right),
    prefix,
    appendMsMax: Number(valueOf(options.right, 'defaultDeadline') ?? appendMsDefault),
  }))(prefixFrom(settings, options.right))
}

interface Address {
  readonly scheme: string
  readonly user: string | undefined
  readonly hosts: string
}

const addressFault = ({ scheme, user, hosts }: Address): string | undefined => {
  const hostList = hosts.split(',')
  if (user !== undefined && !userForm.test(user))
    return 'user and password are malformed: user:password, with special characters percent-encoded'
  if (!hostList.every((host) => hostForm.test(host))) return 'a host is malformed'
  return scheme === 'esdb+discover' && hostList.length > 1
    ? 'esdb+discover takes one host: every other one would be ignored'
    : undefined
}

const refuse = (cause: string): E.Either<OpenError, never> => E.left(cannotOpen(cause))

const ownOption = 'detricsPrefix'

const valueOf = (options: Options, name: string): string | undefined => options.get(flatName(name))

/** A prefix has no dash, so that the first dash of a stream's name ends it and no log can see another one's streams. */
const prefixFrom = (settings: EventStoreDbSettings, options: Options): E.Either<OpenError, string> => {
  const inUrl = valueOf(options, ownOption)
  if (inUrl !== undefined && settings.prefix !== undefined && inUrl !== settings.prefix)
    return refuse(`${ownOption} and the prefix that is set otherwise differ`)
  const prefix = settings.prefix ?? inUrl ?? prefixDefault
  return prefixForm.test(prefix)
    ? E.right(prefix)
    : refuse(`${ownOption}: a prefix is 1 to 64 letters, digits and underscores, and begins with a letter`)
}

const clientUrl = ({ scheme, user, hosts }: Address, options: Options): string => {
  const given = [...options].filter(([name]) => name !== flatName(ownOption))
  const added = [...defaults].filter(([name]) => !options.has(flatName(name)))
  const query = [...given, ...added].map(([name, value]) => `${name}=${value}`).join('&')
  return `${scheme}://${user === undefined ? '' : `${user}@`}${hosts}?${query}`
}
