import { readSettings, storeName } from '@detrics/keys'
import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'

describe('the name of a store', () => {
  test.each([
    ['memory:', 'the memory of this process'],
    ['sqlite:/var/lib/keys.sqlite', '/var/lib/keys.sqlite'],
    [
      'postgres://user:hunter2@db.example:5432/keys?schema=a&sslmode=require',
      'PostgreSQL at db.example:5432/keys',
    ],
    ['postgresql://db/keys', 'PostgreSQL at db/keys'],
    ['postgres://user:p%40ss@w@db/keys', 'PostgreSQL at db/keys'],
    ['postgres://db/keys?user=u&password=hun@ter2', 'PostgreSQL at an address that is not shown'],
    ['postgres://db/keys?user=u&password=hunter2', 'PostgreSQL at db/keys'],
    ['postgres://user:hun?ter2@db/keys', 'PostgreSQL at an address that is not shown'],
    ['postgres://user:hun/ter2@db/keys', 'PostgreSQL at an address that is not shown'],
    ['esdb://admin:hunter2@a:2113,b:2113?tls=true', 'EventStoreDB at a:2113,b:2113'],
    ['esdb+discover://admin:hunter2@cluster.example', 'EventStoreDB at cluster.example'],
  ])('of %s is %s', (setting, name) => {
    expect(storeName(setting)).toBe(name)
    expect(E.isRight(readSettings({ DETRICS_STORE: setting }))).toBe(true)
  })

  test.each([
    'mysql://db',
    'memory:x',
    'sqlite:',
    'postgres:',
    'postgres://',
    'esdb://',
    'Postgres://db',
    '',
  ])('is unknown where the setting is %p', (setting) => {
    expect(storeName(setting)).toBe('an unknown store')
  })
})
