export { createMcpApp } from './app.js'
export type { McpApp, McpAppParts } from './app.js'
export { createGate } from './gate/gate.js'
export type { Caller, Gate, KeyHolder, Pass } from './gate/gate.js'
export { loopbackHosts } from './gate/loopback.js'
export { whileActive } from './gate/while-active.js'
export { listen } from './node-server.js'
export type { RunningServer } from './node-server.js'
export {
  keyInRequestMessage,
  keyNotSetMessage,
  unauthorizedCode,
  unauthorizedMessage,
  unavailableMessage,
} from './sentences.js'
export { serverFactory } from './server.js'
export { tools } from './tools/table.js'
export type { Tool } from './tools/tool.js'
