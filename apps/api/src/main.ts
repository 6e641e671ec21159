import { openKeys, readSettings, type Keys, type Settings, type Trouble } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import type { FastifyInstance } from 'fastify'
import { composeApi } from './composition.js'
import { listenOnLoopback } from './listening.js'

const host = '127.0.0.1'
/** As sysexits.h has it: the configuration is at fault, and starting again will not help. */
const configurationFault = 78
/** Requests under way get so long to finish when the process is told to stop. */
const stopMsMax = 5_000

/** For the operator's log, one JSON object a line. */
const onTrouble = ({ about, cause }: Trouble): void => {
  process.stderr.write(`${JSON.stringify({ event: 'trouble', about, cause: cause ?? null })}\n`)
}

/** Names no value: settings may hold secrets. */
const refuseToStart = (reasons: ReadonlyArray<string>): void => {
  for (const reason of reasons) process.stderr.write(`detrics-api: ${reason}\n`)
  process.exitCode = configurationFault
}

const start = async ({ store, activeKeysMax, apiPort }: Settings): Promise<void> => {
  const opened = await openKeys({ store, activeKeysMax, onTrouble })()
  if (E.isLeft(opened)) return refuseToStart([opened.left.reason])
  const app = composeApi(opened.right)
  const listening = await listenOnLoopback(app, { host, port: apiPort })()
  if (E.isLeft(listening)) {
    await opened.right.close()
    return refuseToStart([listening.left.reason])
  }
  stopOnSignal(app, opened.right)
  process.stdout.write(`${JSON.stringify({ event: 'listening', app: 'api', url: listening.right })}\n`)
}

const stopOnSignal = (app: FastifyInstance, keys: Keys): void => {
  let isStopping = false
  const stop = async (): Promise<void> => {
    if (isStopping) return
    isStopping = true
    setTimeout(() => {
      app.server.closeAllConnections()
    }, stopMsMax).unref()
    await app.close()
    await keys.close()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
}

const settings = readSettings(process.env)
if (E.isLeft(settings)) refuseToStart(settings.left.map(({ name, problem }) => `${name}: ${problem}`))
else await start(settings.right)
