import 'reflect-metadata'
import type { Keys } from '@detrics/keys'
import { container, instanceCachingFactory, type InjectionToken } from 'tsyringe'
import { createMcpApp, type McpApp } from './app.js'
import { createGate, type Gate } from './gate/gate.js'
import { loopbackHosts } from './gate/loopback.js'

const KEYS: InjectionToken<Keys> = Symbol('Keys')
const GATE: InjectionToken<Gate> = Symbol('Gate')
const MCP_APP: InjectionToken<McpApp> = Symbol('McpApp')

/** Puts the process together: the endpoint on a port of this machine, over an open front door. */
export const composeMcpApp = (keys: Keys, port: number): McpApp => {
  const parts = container.createChildContainer()
  parts.register(KEYS, { useValue: keys })
  parts.register(GATE, { useFactory: instanceCachingFactory((c) => createGate(c.resolve(KEYS))) })
  parts.register(MCP_APP, {
    useFactory: instanceCachingFactory((c) =>
      createMcpApp({ keys: c.resolve(KEYS), gate: c.resolve(GATE), hosts: loopbackHosts(port) }),
    ),
  })
  return parts.resolve(MCP_APP)
}
