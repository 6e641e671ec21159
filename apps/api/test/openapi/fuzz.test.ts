import { describe, expect, test } from '@jest/globals'
import type { FastifyReply } from 'fastify'
import { document, operationsIn } from './document.js'
import { fuzz, tableOf, type Fuzz } from './fuzz.js'

/* `FUZZ_SEED=<the printed seed>` repeats a run, but for ids, which the server draws anew. */
const numberFrom = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
const count = numberFrom('FUZZ_REQUESTS', 50_000)
const seed = numberFrom('FUZZ_SEED', Date.now() % 0x7fffffff)

/** A server of its own for each, since its workspaces grow with the requests. */
const countPerServer = 50_000
const msPerRequestMax = 10

const described = operationsIn(document)

test(
  `of ${count} requests, sensible ones and others, none is answered otherwise than described`,
  async () => {
    for (let done = 0, round = 0; done < count; done += countPerServer, round += 1) {
      const startedMs = performance.now()
      const share = Math.min(countPerServer, count - done)
      process.stdout.write(`${share} requests with FUZZ_SEED=${seed + round}\n`)
      const report = await fuzz({ seed: seed + round, count: share })
      const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
      process.stdout.write(`answered in ${seconds} s\n${tableOf(report)}\n`)
      expect(report.findings.slice(0, 3)).toEqual([])
      expect(report.log).toBe('')
      const sent = Array.from(report.faults.values()).reduce((sum, each) => sum + each, 0)
      expect(sent).toBe(share)
      // It goes deep, and not only to what stands at the door.
      for (const { operationId, responses } of described) {
        const [success = ''] = Object.keys(responses)
        const replies = report.replies.get(operationId)?.get(Number(success)) ?? 0
        expect([operationId, replies > share / 1_000]).toEqual([operationId, true])
      }
    }
  },
  count * msPerRequestMax,
)

describe('control: found out is a server that', () => {
  type OnSend = (reply: FastifyReply, payload: string) => string

  const altering = (operationId: string, change: OnSend): Pick<Fuzz, 'alter'> => ({
    alter: (app) => {
      app.addHook('onSend', (request, reply, payload, done) => {
        const { operationId: id } = request.routeOptions.config as { readonly operationId?: string }
        done(null, id === operationId && typeof payload === 'string' ? change(reply, payload) : payload)
      })
    },
  })

  const onStatus =
    (isMeant: (status: number) => boolean, change: OnSend): OnSend =>
    (reply, payload) =>
      isMeant(reply.statusCode) ? change(reply, payload) : payload

  test.each<[string, Pick<Fuzz, 'alter' | 'alterKeys'>, RegExp]>([
    [
      'shows a member that is not described',
      altering(
        'getKey',
        onStatus(
          (status) => status === 200,
          (_, payload) => payload.replace('"mask"', '"digest":"x","mask"'),
        ),
      ),
      /does not fit: \/key must NOT have additional properties .*digest/,
    ],
    [
      'leaves a member out',
      altering(
        'listKeys',
        onStatus(
          (status) => status === 200,
          (_, payload) => payload.replaceAll('"revision":', '"was":'),
        ),
      ),
      /does not fit/,
    ],
    [
      'answers with a status that is not described',
      altering(
        'createKey',
        onStatus(
          (status) => status === 201,
          (reply, payload) => {
            reply.code(202)
            return payload
          },
        ),
      ),
      /status 202 is not described/,
    ],
    [
      'answers with a problem that is not described there',
      altering(
        'listKeys',
        onStatus(
          (status) => status === 401,
          (_, payload) => payload.replace(/"code":"\w+"/, '"code":"name_taken"'),
        ),
      ),
      /does not fit: \/code must be equal to one of the allowed values/,
    ],
    [
      'fails with a path in its fault',
      {
        alterKeys: (keys) => ({
          ...keys,
          list: () => {
            throw new Error('in /srv/keys/dist/queries.js:7:1')
          },
        }),
      },
      /status 500/,
    ],
    [
      'shows a path in a problem',
      altering(
        'revokeKeys',
        onStatus(
          (status) => status >= 400,
          (_, payload) => payload.replace('"detail":"', '"detail":"in /srv/keys/queries.js:7:1 '),
        ),
      ),
      /something of the program is shown/,
    ],
    [
      'repeats a value of a request',
      {
        alter: (app) => {
          app.addHook('onSend', (request, reply, payload, done) =>
            done(
              null,
              reply.statusCode === 404
                ? String(payload).replace('"detail":"', `"detail":"${request.url} `)
                : payload,
            ),
          )
        },
      },
      /a value of the request is repeated/,
    ],
    [
      'shows a secret again',
      altering(
        'renameKey',
        onStatus(
          (status) => status === 200,
          (_, payload) => payload.replace('_…', `_${'aB3'.repeat(13).slice(1)}`),
        ),
      ),
      /there is a key in it/,
    ],
    [
      'lets a reply be kept',
      altering('reviewActivity', (reply, payload) => {
        reply.removeHeader('cache-control')
        return payload
      }),
      /it may be kept/,
    ],
    [
      'does not say when to come again',
      {
        alter: (app) => {
          app.addHook('onSend', (_request, reply, payload, done) => {
            void reply.removeHeader('retry-after')
            done(null, payload)
          })
        },
        alterKeys: (keys) => ({ ...keys, verify: () => () => Promise.resolve({ _tag: 'Unavailable' }) }),
      },
      /no Retry-After/,
    ],
    [
      'hangs up instead of answering',
      {
        alter: (app) => {
          app.addHook('onRequest', (request, _reply, done) => {
            if (request.url.startsWith('/v1/verify')) request.socket.destroy()
            done()
          })
        },
      },
      /closed without a reply/,
    ],
  ])('%s', async (_, altered, finding) => {
    const { findings } = await fuzz({ seed, count: 3_000, ...altered })
    expect(findings.find((found) => finding.test(found)) ?? findings.slice(0, 2).join('\n')).toMatch(finding)
  })
})
