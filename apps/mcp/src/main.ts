import { openKeys, readSettings, type Keys, type Settings, type Trouble } from '@detrics/keys'
import * as E from 'fp-ts/lib/Either.js'
import { composeMcpApp } from './composition.js'
import { listen, type RunningServer } from './node-server.js'

/** As sysexits.h has it: the configuration is at fault, and starting again will not help. */
const configurationFault = 78

/** The one line on stdout: whoever starts this process waits for it, and learns the port where 0 was asked for. */
const announce = (port: number): void => {
  const line = { event: 'listening', app: 'mcp', url: `http://127.0.0.1:${port}/mcp` }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** For the operator's log, one JSON object a line. */
const onTrouble = ({ about, cause }: Trouble): void => {
  process.stderr.write(`${JSON.stringify({ event: 'trouble', about, cause: cause ?? null })}\n`)
}

/** Names no value: settings may hold secrets. */
const refuseToStart = (reasons: ReadonlyArray<string>): void => {
  for (const reason of reasons) process.stderr.write(`detrics-mcp-server: ${reason}\n`)
  process.exitCode = configurationFault
}

const start = async (settings: Settings): Promise<void> => {
  const { store, dataFolder, activeKeysMax } = settings
  const opened = await openKeys({ store, dataFolder, activeKeysMax, onTrouble })()
  if (E.isLeft(opened)) return refuseToStart([opened.left.reason])
  const keys = opened.right
  try {
    const server = await listen(settings.mcpPort, (port) => composeMcpApp(keys, port))
    stopOnSignal(server, keys)
    announce(server.port)
  } catch (fault) {
    await keys.close()
    refuseToStart([portSentence(settings.mcpPort, codeOf(fault))])
  }
}

const portSentence = (port: number, code: string): string =>
  code === 'EADDRINUSE'
    ? `Another program listens on port ${port}. End it, or choose another port with DETRICS_MCP_PORT.`
    : `Port ${port} cannot be used (${code}). Choose another one with DETRICS_MCP_PORT.`

const codeOf = (fault: unknown): string =>
  fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown fault'

const stopOnSignal = (server: RunningServer, keys: Keys): void => {
  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    await server.stop()
    await keys.close()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
}

const settings = readSettings(process.env)
if (E.isLeft(settings)) refuseToStart(settings.left.map(({ name, problem }) => `${name}: ${problem}`))
else await start(settings.right)
