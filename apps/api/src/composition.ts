import 'reflect-metadata'
import type { Keys } from '@detrics/keys'
import type { FastifyInstance } from 'fastify'
import { container, instanceCachingFactory, type InjectionToken } from 'tsyringe'
import { developmentIdentity, type Identity } from './identity.js'
import { createApi } from './server.js'

const KEYS: InjectionToken<Keys> = Symbol('Keys')
const IDENTITY: InjectionToken<Identity> = Symbol('Identity')
const API: InjectionToken<FastifyInstance> = Symbol('Api')

/** Puts the process together: the API over an open front door, with the identity that the settings name. */
export const composeApi = (keys: Keys): FastifyInstance => {
  const parts = container.createChildContainer()
  parts.register(KEYS, { useValue: keys })
  parts.register(IDENTITY, { useValue: developmentIdentity })
  parts.register(API, {
    useFactory: instanceCachingFactory((c) =>
      createApi({ keys: c.resolve(KEYS), identity: c.resolve(IDENTITY), log: process.stdout }),
    ),
  })
  return parts.resolve(API)
}
