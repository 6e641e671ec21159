import { memoryAuditTrailStore, memoryEventStore } from '@detrics/keys-adapters/memory'
import type { EventStore } from '@detrics/keys-domain'
import { describe, expect, test } from '@jest/globals'
import { setImmediate as turn } from 'node:timers/promises'
import {
  activityPath,
  expectProblem,
  forged,
  holdsTrace,
  identityOf,
  jsonOf,
  keysPath,
  make,
  memberOf,
  openApi,
  withApi,
} from './harness.js'

/** An event store in memory that counts what it is asked. */
const countingStore = () => {
  const real = memoryEventStore()
  let calls = 0
  const counted = <A extends ReadonlyArray<unknown>, R>(method: (...args: A) => R) => {
    return (...args: A): R => {
      calls += 1
      return method(...args)
    }
  }
  const events: EventStore = {
    append: counted(real.append),
    readStream: counted(real.readStream),
    readAll: counted(real.readAll),
    subscribe: counted(real.subscribe),
    close: real.close,
  }
  return { store: { events, trail: memoryAuditTrailStore() }, calls: () => calls }
}

describe('verification', () => {
  test('never asks the store about a string that is no key by its form, and does about one that is', async () => {
    const { store, calls } = countingStore()
    const api = await openApi({ store })
    const { key, secret } = await make(api, 'Laptop')
    const verify = (text: string) => api.ask('POST', '/v1/verify', { json: { key: text, action: 'whoami' } })
    // What follows the log in the background has come to rest when it reads no more for some turns.
    for (let seen = -1; seen !== calls();) {
      seen = calls()
      for (let i = 0; i < 10; i += 1) await turn()
    }
    const before = calls()
    const last = secret.endsWith('a') ? 'b' : 'a'
    const malformed = ['', 'x', '\ud800', key.mask, secret.slice(0, -1), `${secret}a`, ` ${secret}`]
    for (const text of [...malformed, secret.slice(0, -1) + last, secret.toUpperCase(), 'x'.repeat(60_000)])
      expect(jsonOf(await verify(text))).toEqual({ active: false, reason: 'unauthorized' })
    expect(calls()).toBe(before)
    await verify(forged())
    expect(calls()).toBeGreaterThan(before)
    await api.close()
  })
})

describe('a key that is put where no key belongs', () => {
  test(
    'is redacted in what is kept: the action and the client of a use, the origin of a change',
    withApi(async (api) => {
      const { key, secret } = await make(api, 'Laptop')
      const stray = forged()
      const headers = { 'user-agent': `agent ${stray} ${'x'.repeat(300)}`, cookie: stray, referer: stray }
      const json = { key: secret, action: `${'x'.repeat(100)} ${stray}` }
      await api.ask('POST', '/v1/verify', { json, headers })
      await api.ask('POST', `${keysPath}/${key.keyId}/revoke`, {
        headers: { ...headers, 'idempotency-key': stray },
      })
      const answer = await api.ask('GET', activityPath)
      const { entries } = jsonOf<{ readonly entries: ReadonlyArray<object> }>(answer)
      expect(entries).toMatchObject([
        { kind: 'revoked', origin: { userAgent: expect.stringMatching(/^agent \[redacted\] x+$/) } },
        {
          kind: 'used',
          action: expect.stringMatching(/^x{100} \[redacted\]$/),
          client: expect.stringMatching(/^agent \[redacted\] x+$/),
        },
        { kind: 'created' },
      ])
      expect(holdsTrace(answer, stray.slice(0, -20))).toBe(false)
    }),
  )

  test.each([
    ['the name', (s: string) => ({ name: s })],
    ['the name of a field', (s: string) => ({ name: 'x', [s]: 1 })],
    ['the value of a field', (s: string) => ({ name: 'x', expiresAt: s })],
  ])('is in no problem, whole or cut: %s', (_, body) =>
    withApi(async ({ ask }) => {
      const stray = forged()
      const half = stray.slice(-30)
      for (const text of [stray, stray.slice(0, 45), `${stray} ${stray}`]) {
        const answer = await ask('POST', keysPath, { json: body(text) })
        expectProblem(answer, 'invalid_request', expect.anything() as never)
        expect(holdsTrace(answer, stray.slice(8, 45))).toBe(false)
        expect(holdsTrace(answer, half)).toBe(false)
      }
    })(),
  )
})

describe('a defect', () => {
  test.each(['at once', 'later'])(
    'that shows itself %s is logged in one line that holds no secret',
    (when) => {
      const stray = forged()
      const fault = (): Error =>
        Object.assign(new RangeError(`no ${stray} here`), { code: 'E_X', value: stray })
      const list =
        when === 'later'
          ? () => () => Promise.reject(fault())
          : () => {
              throw fault()
            }
      return withApi(
        async ({ ask, log }) => {
          const headers = { 'user-agent': stray, authorization: stray, cookie: stray }
          const answer = await ask('GET', `${keysPath}?cursor=${stray}`, { headers })
          expectProblem(answer, 'internal_error')
          expect(log().trimEnd().split('\n')).toHaveLength(1)
          expect(JSON.parse(log())).toMatchObject({ event: 'internal_error', err: { type: 'RangeError' } })
          for (const text of [answer.text, log()]) expect(text).not.toContain(stray.slice(-20))
        },
        { alter: (keys) => ({ ...keys, list }), identity: identityOf(memberOf({ 'demo-a': 'manager' })) },
      )()
    },
  )
})
