import { operationIds, problemTable } from '@detrics/keys-client/contract'
import { describe, expect, test } from '@jest/globals'
import { createMetrics } from '../../src/metrics/index.js'
import { countedKeys } from '../../src/metrics/counted-keys.js'
import {
  askRaw,
  expectProblem,
  forged,
  identityOf,
  keysPath,
  make,
  memberOf,
  openApi,
  openFront,
  withApi,
  type Api,
} from '../harness.js'

const read = async ({ ask }: Pick<Api, 'ask'>): Promise<string> => {
  const { status, headers, text } = await ask('GET', '/metrics')
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  return text
}

/** The value of one series, by its whole name. */
const valueOf = (text: string, series: string): number => {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1))
}

/** The names of all series. */
const seriesOf = (text: string): ReadonlyArray<string> =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.slice(0, line.lastIndexOf(' ')))

/** Without those of Node and the process, in which no request has a part. */
const ownSeriesOf = (text: string): ReadonlyArray<string> =>
  seriesOf(text).filter((series) => series.startsWith('detrics_'))

describe('who may read the metrics', () => {
  const service = { type: 'service', serviceId: 'prometheus' } as const
  test.each([
    ['a service', identityOf(service), undefined],
    ['a member', identityOf(memberOf({ 'demo-a': 'manager' })), 'service_required'],
    ['nobody in particular', identityOf('unauthenticated'), 'unauthenticated'],
    ['somebody with a wrong credential', identityOf('token_invalid'), 'token_invalid'],
  ] as const)('%s', async (_, identity, code) => {
    const api = await openApi({ identity })
    if (code === undefined) await read(api)
    else expectProblem(await api.ask('GET', '/metrics'), code)
    expectProblem(await api.ask('POST', '/metrics'), 'method_not_allowed')
    await api.close()
  })
})

describe('the metrics', () => {
  test(
    'count requests by operation and kind of status, and how long they took',
    withApi(async (api) => {
      const { key } = await make(api, 'Laptop')
      for (let i = 0; i < 3; i += 1) await api.ask('GET', `${keysPath}/${key.keyId}`)
      await api.ask('GET', `${keysPath}/nothing`)
      await api.ask('GET', '/nothing')
      const text = await read(api)
      const requests = (operation: string, status: string): number =>
        valueOf(text, `detrics_requests_total{operation="${operation}",status="${status}"}`)
      expect(requests('createKey', '2xx')).toBe(1)
      expect(requests('getKey', '2xx')).toBe(3)
      expect(requests('getKey', '4xx')).toBe(1)
      expect(requests('other', '4xx')).toBe(1)
      const duration = (what: string): number =>
        valueOf(text, `detrics_request_duration_seconds_${what}{operation="getKey"}`)
      expect(duration('count')).toBe(4)
      expect(duration('sum')).toBeGreaterThan(0)
      expect(duration('sum')).toBeLessThan(4)
    }),
  )

  test(
    'count problems by their code, and what was no request',
    withApi(async (api) => {
      await api.ask('POST', keysPath, { json: { name: '' } })
      await api.ask('GET', `${keysPath}/nothing`)
      await api.ask('GET', `${keysPath}/nothing`)
      await askRaw(api.port, 'this is no HTTP\r\n\r\n')
      const text = await read(api)
      const problems = (code: string): number => valueOf(text, `detrics_problems_total{code="${code}"}`)
      expect(problems('invalid_request')).toBe(1)
      expect(problems('key_not_found')).toBe(2)
      expect(problems('internal_error')).toBe(0)
      expect(valueOf(text, 'detrics_unreadable_requests_total')).toBe(1)
    }),
  )

  test(
    'count verdicts by outcome, those included of which the caller is told less',
    withApi(async (api) => {
      const verify = (key: string) => api.ask('POST', '/v1/verify', { json: { key, action: 'read' } })
      const [active, revoked] = [await make(api, 'Laptop'), await make(api, 'Server')]
      await api.ask('POST', `${keysPath}/${revoked.key.keyId}/revoke`)
      for (const key of [active.secret, active.secret, revoked.secret, forged(), 'no key']) await verify(key)
      const text = await read(api)
      const outcomes = ['active', 'revoked', 'unknown', 'malformed', 'expired', 'unavailable']
      const verdicts = outcomes.map((outcome) =>
        valueOf(text, `detrics_verdicts_total{outcome="${outcome}"}`),
      )
      expect(verdicts).toEqual([2, 1, 1, 1, 0, 0])
    }),
  )

  test('count a verification that could not be decided', async () => {
    const metrics = createMetrics()
    const keys = await openFront()
    const verify = () => () => Promise.resolve({ _tag: 'Unavailable' } as const)
    await countedKeys({ ...keys, verify }, metrics).verify('x', { action: 'read' })()
    expect(await metrics.text()).toContain('detrics_verdicts_total{outcome="unavailable"} 1\n')
    await keys.close()
  })

  test('tell that the store fails, for as long as it does', async () => {
    const metrics = createMetrics()
    const trouble = async (): Promise<number> =>
      valueOf(await metrics.text(), 'detrics_store_trouble{about="recording"}')
    expect(await trouble()).toBe(0)
    metrics.trouble({ about: 'recording', cause: 'away' })
    expect(await trouble()).toBe(1)
    metrics.trouble({ about: 'recording', cause: undefined })
    expect(await trouble()).toBe(0)
  })

  test(
    'hold what every operator asks of a process',
    withApi(async (api) => {
      const names = seriesOf(await read(api))
      for (const name of [
        'process_cpu_seconds_total',
        'process_resident_memory_bytes',
        'process_open_fds',
        'nodejs_eventloop_lag_p99_seconds',
        'nodejs_heap_size_used_bytes',
      ])
        expect(names).toContain(name)
    }),
  )

  test('of two servers in one process are apart', async () => {
    const [one, other] = [await openApi(), await openApi()]
    await make(one, 'Laptop')
    const series = 'detrics_requests_total{operation="createKey",status="2xx"}'
    expect(valueOf(await read(one), series)).toBe(1)
    expect(valueOf(await read(other), series)).toBeNaN()
    await one.close()
    await other.close()
  })
})

describe('no metric names anybody', () => {
  const trace = 'Tr4ce'

  /** What could end up in a label by mistake, in every place of a request. */
  const useEverything = async (api: Api, round: number): Promise<ReadonlyArray<string>> => {
    const name = `${trace}${round}`
    const { key, secret } = await make(api, name)
    const path = `${keysPath}/${key.keyId}`
    const headers = { 'user-agent': name, 'idempotency-key': name, 'x-request-id': name }
    await api.ask('PATCH', path, { json: { name: `${name} again` }, headers })
    await api.ask('POST', '/v1/verify', {
      json: { key: secret, action: name, client: name, address: `198.51.100.${round}` },
    })
    await api.ask('POST', '/v1/verify', { json: { key: forged(key.keyId), action: name } })
    await api.ask('POST', `${path}/revoke`, { json: { note: name }, headers })
    await api.ask('GET', `${keysPath}?search=${name}&cursor=${name}`)
    await api.ask('GET', `/v1/workspaces/demo-a/activity?keyId=${key.keyId}`)
    await api.ask('GET', `/v1/workspaces/${name}/keys`)
    await api.ask('GET', `/${name}`)
    await api.ask('PUT', `/${name}`)
    await api.ask('GET', '/v1/me', { headers: { authorization: name, cookie: name, origin: name } })
    await api.ask('GET', '/v1/me', { headers: { host: name } })
    await askRaw(api.port, `${name}\r\n\r\n`)
    return [name, key.keyId, secret, key.mask, `198.51.100.${round}`, 'demo-a', 'dev-member', '127.0.0.1']
  }

  test(
    'and however much goes on, there are no more series',
    withApi(async (api) => {
      const traces = [...(await useEverything(api, 0))]
      await read(api)
      const before = ownSeriesOf(await read(api))
      for (let round = 1; round <= 10; round += 1) traces.push(...(await useEverything(api, round)))
      const text = await read(api)
      expect(ownSeriesOf(text).toSorted()).toEqual(before.toSorted())
      for (const found of traces) expect(text.toLowerCase()).not.toContain(found.toLowerCase())
    }),
  )

  test(
    'its labels are words of this program, from sets that are closed',
    withApi(async (api) => {
      await useEverything(api, 0)
      const closed: Readonly<Record<string, ReadonlyArray<string>>> = {
        operation: [...operationIds, 'getMetrics', 'other'],
        status: ['2xx', '3xx', '4xx', '5xx'],
        code: Object.keys(problemTable),
        outcome: ['active', 'revoked', 'unknown', 'malformed', 'expired', 'unavailable'],
        room: ['revocation', 'verification', 'rest'],
        by: ['failures', 'mintings'],
        about: ['reading', 'recording', 'reviewing'],
      }
      const own = ownSeriesOf(await read(api))
      const labels = own
        .flatMap((series) => Array.from(series.matchAll(/(\w+)="([^"]*)"/g)))
        .filter(([, name]) => name !== 'le')
      for (const [, name = '', value] of labels) expect(closed[name]).toContain(value)
      expect(labels.length).toBeGreaterThan(50)
    }),
  )

  test('control: a name that were in a label would be found', async () => {
    const metrics = createMetrics()
    const answered = { status: 200, code: undefined, durationMs: 1 }
    metrics.answered({ ...answered, purpose: trace as 'other' })
    expect((await metrics.text()).toLowerCase()).toContain(trace.toLowerCase())
  })
})

test('a process that has metrics of its own gives them to its server', async () => {
  const metrics = createMetrics()
  const api = await openApi({ metrics })
  await api.ask('GET', '/health')
  metrics.trouble({ about: 'reading', cause: 'away' })
  expect(await metrics.text()).toContain('detrics_requests_total{operation="getHealth",status="2xx"} 1\n')
  expect(await read(api)).toContain('detrics_store_trouble{about="reading"} 1\n')
  await api.close()
})
