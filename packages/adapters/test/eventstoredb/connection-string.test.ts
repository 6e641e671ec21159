import { describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { targetFrom } from '../../src/eventstoredb/connection-string.js'
import { startRig } from './harness.js'
import { openEventStoreDbEventStore } from '@detrics/keys-adapters/eventstoredb'

const secret = 'pa55word'

/** What is refused, and the word that the refusal must name. */
const refusals: ReadonlyArray<readonly [url: string, named: string]> = [
  [`esdb://admin:${secret}@localhost:2113?tls=false`, 'tls=false'],
  ['esdb://localhost?tls=false&throwOnAppendFailure=false', 'throwOnAppendFailure'],
  ['esdb://localhost?tls=false&throw_on-append-failure=false', 'throwOnAppendFailure'],
  ['esdb://a,b?nodePreference=follower', 'nodePreference'],
  ['esdb://a,b?nodePreference=random', 'nodePreference'],
  ['esdb://a,b?nodePreference=read_only_replica', 'nodePreference'],
  [`esdb://admin:${secret}@localhost?tlsVerifyCert=false`, 'tlsVerifyCert'],
  ['esdb://localhost?tls=maybe', 'tls'],
  ['esdb://localhost?tls=false&tlsCAFile=ca.pem', 'tlsCAFile'],
  ['esdb://localhost?tls=false&userCertFile=c&userKeyFile=k', 'userCertFile'],
  ['esdb://localhost?userCertFile=c', 'userKeyFile'],
  ['esdb://localhost?keepAliveInterval=-1', 'keepAliveInterval'],
  ['esdb://localhost?keepAliveInterval=9999', 'keepAliveInterval'],
  ['esdb://localhost?defaultDeadline=0', 'defaultDeadline'],
  ['esdb://localhost?maxDiscoverAttempts=many', 'maxDiscoverAttempts'],
  ['esdb://localhost?readBatchSize=3', 'readBatchSize'],
  ['esdb://localhost?tls=false&tls=true', 'tls'],
  ['esdb://localhost?tls', 'option'],
  [`esdb://localhost?${secret}:=1`, 'option'],
  ['esdb://localhost?detricsPrefix=a-b', 'detricsPrefix'],
  ['esdb://localhost?detricsPrefix=$a', 'detricsPrefix'],
  ['esdb+discover://a,b', 'esdb+discover'],
  [`esdb://${secret}@localhost`, 'user and password'],
  [`esdb://admin:${secret}:more@localhost`, 'user and password'],
  [`esdb://localhost:2113?connectionName=${secret}@b`, 'connection string'],
  ['esdb://[::1]:2113', 'host'],
  ['esdb://localhost:port', 'host'],
  ['postgres://localhost', 'connection string'],
  ['esdb://', 'connection string'],
]

describe('a connection string', () => {
  test.each(refusals)('%s is refused by the name of %s', async (url, named) => {
    const refused = await openEventStoreDbEventStore({ url })()
    expect(refused).toEqual(E.left({ _tag: 'CannotOpen', cause: expect.stringContaining(named) }))
    expect(JSON.stringify(refused)).not.toContain(secret)
  })

  test.each([
    ['esdb://localhost', 'detrics'],
    ['esdb://localhost:2113/?tls=false', 'detrics'],
    ['esdb://admin:p%40ss%3Aword@a.example:1,b.example?tls=true&nodePreference=leader', 'detrics'],
    ['esdb+discover://cluster.example?TLS_CA_FILE=ca.pem&detrics-prefix=keys_2', 'keys_2'],
  ])('%s is taken, with the prefix %s', (url, prefix) => {
    expect(targetFrom({ url })).toMatchObject({ right: { prefix, appendMsMax: 5_000 } })
  })

  test('what is ours does not reach the client, and searching a cluster gets bounds', () => {
    const target = targetFrom({ url: 'esdb://u:p@a,b?detricsPrefix=x&defaultDeadline=300&gossipTimeout=1' })
    expect(target).toEqual(
      E.right({
        url: 'esdb://u:p@a,b?defaultdeadline=300&gossiptimeout=1&maxDiscoverAttempts=3',
        prefix: 'x',
        appendMsMax: 300,
      }),
    )
  })

  test('two prefixes that differ are refused, and equal ones taken', () => {
    const url = 'esdb://localhost?detricsPrefix=one'
    expect(targetFrom({ url, prefix: 'two' })).toMatchObject({ left: { _tag: 'CannotOpen' } })
    expect(targetFrom({ url, prefix: 'one' })).toMatchObject({ right: { prefix: 'one' } })
  })

  test('a missing certificate file is refused without the connection string', async () => {
    const url = `esdb://admin:${secret}@localhost?tlsCAFile=/no/such/file`
    const refused = await openEventStoreDbEventStore({ url })()
    expect(refused).toMatchObject({ left: { cause: expect.stringContaining('certificate') } })
    expect(JSON.stringify(refused)).not.toContain(secret)
  })
})

describe('opening', () => {
  test('a server that is not there is refused in time, with the reason', async () => {
    const rig = await startRig()
    await rig.proxy.pause()
    const begun = performance.now()
    expect(await openEventStoreDbEventStore({ url: rig.proxy.url() })()).toMatchObject({
      left: { cause: expect.stringContaining('not reachable') },
    })
    expect(performance.now() - begun).toBeLessThan(5_500)
    await rig.double.stop()
  })

  test('a server that never answers is refused in time', async () => {
    const rig = await startRig()
    rig.double.faults.isSilent = true
    const begun = performance.now()
    expect(await openEventStoreDbEventStore({ url: rig.proxy.url() })()).toMatchObject({
      left: { cause: expect.stringContaining('too long') },
    })
    expect(performance.now() - begun).toBeLessThan(6_000)
    await rig.stop()
  })

  test('a server that is not ready is refused', async () => {
    const rig = await startRig()
    rig.double.faults.isNotReady = true
    expect(await openEventStoreDbEventStore({ url: rig.proxy.url() })()).toMatchObject({
      left: { cause: expect.stringContaining('Not Ready') },
    })
    await rig.stop()
  })
})
