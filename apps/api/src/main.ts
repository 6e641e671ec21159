import { openKeys, readSettings, type Settings } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import { composeApi } from './composition.js'
import { openIdentity } from './identity/index.js'
import { listenOnLoopback } from './listening.js'
import { createMetrics } from './metrics/index.js'
import { stopOnSignal } from './stopping.js'

const host = '127.0.0.1'
/** As sysexits.h has it: the configuration is at fault, and starting again will not help. */
const configurationFault = 78

interface Trouble {
  readonly about: string
  readonly cause: string | undefined
}

/** For the operator's log, one JSON object a line. */
const tell = ({ about, cause }: Trouble): void => {
  process.stderr.write(`${JSON.stringify({ event: 'trouble', about, cause: cause ?? null })}\n`)
}

/** Names no value: settings may hold secrets. */
const refuseToStart = (reasons: ReadonlyArray<string>): void => {
  for (const reason of reasons) process.stderr.write(`detrics-api: ${reason}\n`)
  process.exitCode = configurationFault
}

const start = async (settings: Settings): Promise<void> => {
  const identity = openIdentity(settings, { onTrouble: tell })
  if (E.isLeft(identity)) return refuseToStart([identity.left])
  const metrics = createMetrics()
  const { store, dataFolder, activeKeysMax } = settings
  const opened = await openKeys({
    store,
    dataFolder,
    activeKeysMax,
    onTrouble: (trouble) => {
      metrics.trouble(trouble)
      tell(trouble)
    },
  })()
  if (E.isLeft(opened)) return refuseToStart([opened.left.reason])
  const app = composeApi(opened.right, identity.right, settings, metrics)
  const listening = await listenOnLoopback(app, { host, port: settings.apiPort })()
  if (E.isLeft(listening)) {
    await opened.right.close()
    return refuseToStart([listening.left.reason])
  }
  stopOnSignal(app, opened.right)
  process.stdout.write(`${JSON.stringify({ event: 'listening', app: 'api', url: listening.right })}\n`)
}

const settings = readSettings(process.env)
if (E.isLeft(settings)) refuseToStart(settings.left.map(({ name, problem }) => `${name}: ${problem}`))
else await start(settings.right)
