import type { AuditTrailStore, EventStore } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { cannotOpen, type CannotOpen } from '../open-error.js'

/** Where everything is kept: the log, which is the truth, and the audit trail, which is rebuilt from it. */
export interface Stores {
  readonly events: EventStore
  readonly trail: AuditTrailStore
}

/** A setting on its way to its store. */
export interface StoreSetting {
  readonly url: string
  /** What may be said of it to people. */
  readonly name: string
  readonly dataFolder: string | undefined
}

/** Host and path, after user and password and before the options, where no further "@" makes it unclear which is which. */
const address = /^[^:]+:\/\/(?:[^/?#]*@)?([^/?#@]+(?:\/[^?#@]*)?)(?:[?#][^@]*)?$/

/** The part of an address that holds no secret. A password may stand in the options, or break the form of an address. */
export const hostAndPath = (setting: string): string =>
  address.exec(setting)?.[1] ?? 'an address that is not shown'

interface Cause {
  readonly cause: string
}

/** Loads an adapter when it is asked for, so that nobody needs a driver for a store that is not in use. */
export const withDriver = <A>(load: () => Promise<A>, driver: string): TE.TaskEither<CannotOpen, A> =>
  TE.tryCatch(load, () => cannotOpen(`The driver is missing: install ${driver}.`))

/** Opens the log and then the trail; a log whose trail cannot be opened is closed again. */
export const openBoth =
  (
    events: TE.TaskEither<CannotOpen, EventStore>,
    trail: TE.TaskEither<CannotOpen, AuditTrailStore>,
  ): TE.TaskEither<CannotOpen, Stores> =>
  async () => {
    const log = await events()
    if (E.isLeft(log)) return log
    const review = await trail()
    if (E.isRight(review)) return E.right({ events: log.right, trail: review.right })
    await log.right.close()
    return review
  }

/** Why something could not be opened, with what it was unless the reason names it already. */
export const refusalOf =
  (what: string) =>
  ({ cause }: Cause): CannotOpen =>
    cannotOpen(sentence(cause.includes(what) ? cause : `${what} cannot be opened: ${cause}`))

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`)

/** Made for the owner only: what lies in it tells who does what with which key. */
export const folderOf = (file: string): TE.TaskEither<CannotOpen, unknown> =>
  TE.tryCatch(
    () => mkdir(dirname(file), { recursive: true, mode: 0o700 }),
    () => cannotOpen(`The folder of ${file} cannot be made.`),
  )
