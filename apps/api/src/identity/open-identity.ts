import type { Settings } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import { machineClock, type IdentityClock } from './clock.js'
import { developmentIdentityWith } from './development.js'
import { oidcIdentity } from './oidc.js'
import type { Identity, OnIdentityTrouble } from './principal.js'
import { readPrivateFile } from './private-file.js'
import { noServices, readServices } from './services.js'

export interface IdentityPorts {
  readonly onTrouble: OnIdentityTrouble
  readonly clock?: IdentityClock
}

const secretBytesMax = 4_096

/** The identity that the settings name. On the left stands, for the operator, why a file of theirs is of no use. */
export const openIdentity = (
  { identity, servicesFile, publicUrl }: Pick<Settings, 'identity' | 'servicesFile' | 'publicUrl'>,
  { onTrouble, clock = machineClock }: IdentityPorts,
): E.Either<string, Identity> => {
  const services = servicesFile === undefined ? E.right(noServices) : readServices(servicesFile)
  if (E.isLeft(services)) return E.left(`DETRICS_SERVICES_FILE: ${services.left}`)
  if (identity.type === 'development') return E.right(developmentIdentityWith(services.right))
  const { clientSecretFile, ...rest } = identity
  const secret = clientSecretFile === undefined ? E.right(undefined) : readSecret(clientSecretFile)
  if (E.isLeft(secret)) return E.left(`DETRICS_OIDC_CLIENT_SECRET_FILE: ${secret.left}`)
  if (publicUrl === undefined) return E.left('DETRICS_PUBLIC_URL: Members are sent back to it: name it.')
  const clientSecret = secret.right === undefined ? {} : { clientSecret: secret.right }
  return E.right(
    oidcIdentity({ ...rest, ...clientSecret, services: services.right, publicUrl, onTrouble, clock }),
  )
}

/** One line; how editors end it does not count. */
const readSecret = (path: string): E.Either<string, string> => {
  const text = readPrivateFile(path, secretBytesMax)
  if (E.isLeft(text)) return text
  const secret = text.right.trim()
  return secret === '' || /\s/.test(secret)
    ? E.left('Put the secret into the file, and nothing else.')
    : E.right(secret)
}
