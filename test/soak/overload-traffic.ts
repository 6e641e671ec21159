import { apiOf, type ShownKey } from '../support/api.js'
import type { Running } from '../support/processes.js'
import type { Kind } from './load.js'

export interface MadeKey {
  readonly key: ShownKey
  readonly workspace: string
  readonly secret: string
}

export interface Prepared {
  readonly mix: ReadonlyArray<Kind>
  /** Keys that are for the operator to revoke while the load is on. */
  readonly toRevoke: ReadonlyArray<MadeKey>
}

const workspaces = ['demo-a', 'demo-b'] as const

/** Makes what the load is about: keys that are used, renamed and listed all the time, and some that have ended. */
export const prepare = async (running: Running): Promise<Prepared> => {
  const api = apiOf(running)
  const makeSome = async (what: string, count: number): Promise<ReadonlyArray<MadeKey>> => {
    const made: MadeKey[] = []
    for (let i = 0; i < count; i += 1) {
      const workspace = workspaces[i % 2] ?? 'demo-a'
      made.push({ workspace, ...(await api.create(workspace, `${what} ${i}`)) })
    }
    return made
  }
  const active = await makeSome('Active', 10)
  const ended = await makeSome('Ended', 10)
  for (const { key, workspace } of ended) await api.revoke(workspace, key.keyId)
  const verifying = (keys: ReadonlyArray<MadeKey>): Kind['requests'] =>
    keys.map(({ secret }) => ['POST', '/v1/verify', { key: secret, action: 'load' }])
  const inEach = (path: string): Kind['requests'] =>
    workspaces.map((workspace) => ['GET', `/v1/workspaces/${workspace}/${path}`])
  return {
    toRevoke: await makeSome('To revoke', 38),
    mix: [
      { name: 'verify an active key', weight: 40, requests: verifying(active), answer: '{"active":true' },
      {
        name: 'verify a revoked key',
        weight: 40,
        requests: verifying(ended),
        answer: '{"active":false,"reason":"revoked"}',
      },
      { name: 'list keys', weight: 10, requests: inEach('keys'), answer: '{"keys":[{' },
      { name: 'review activity', weight: 5, requests: inEach('activity'), answer: '{"entries":[{' },
      {
        name: 'rename a key',
        weight: 5,
        requests: active.flatMap(({ key, workspace }, i) =>
          [1, 2].map((n): Kind['requests'][number] => [
            'PATCH',
            `/v1/workspaces/${workspace}/keys/${key.keyId}`,
            { name: `Renamed ${i} ${n}` },
          ]),
        ),
        answer: '{"key":{',
      },
    ],
  }
}
