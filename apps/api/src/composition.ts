import 'reflect-metadata'
import type { Keys, Settings } from '@detrics/keys'
import type { FastifyInstance } from 'fastify'
import { container, instanceCachingFactory, type InjectionToken } from 'tsyringe'
import type { Identity } from './identity/index.js'
import { createMetrics, type Metrics } from './metrics/index.js'
import { builtPage } from './page.js'
import { createApi } from './server.js'

const KEYS: InjectionToken<Keys> = Symbol('Keys')
const IDENTITY: InjectionToken<Identity> = Symbol('Identity')
const METRICS: InjectionToken<Metrics> = Symbol('Metrics')
const API: InjectionToken<FastifyInstance> = Symbol('Api')

type Addresses = Pick<Settings, 'publicUrl' | 'publicMcpUrl' | 'trustedProxies'>

/** Puts the process together: the API with its page, over an open front door, with the identity that was opened. */
export const composeApi = (
  keys: Keys,
  identity: Identity,
  { publicUrl, publicMcpUrl, trustedProxies }: Addresses,
  metrics: Metrics = createMetrics(),
): FastifyInstance => {
  const page = builtPage()
  const parts = container.createChildContainer()
  parts.register(KEYS, { useValue: keys })
  parts.register(IDENTITY, { useValue: identity })
  parts.register(METRICS, { useValue: metrics })
  parts.register(API, {
    useFactory: instanceCachingFactory((c) =>
      createApi({
        keys: c.resolve(KEYS),
        identity: c.resolve(IDENTITY),
        metrics: c.resolve(METRICS),
        log: process.stdout,
        trustedProxies,
        ...(page === undefined ? {} : { page }),
        ...(publicUrl === undefined ? {} : { publicUrl }),
        ...(publicMcpUrl === undefined ? {} : { publicMcpUrl }),
      }),
    ),
  })
  return parts.resolve(API)
}
