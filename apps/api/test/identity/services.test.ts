import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as E from 'fp-ts/lib/Either.js'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openIdentity } from '../../src/identity/index.js'
import { makeKey, openSigningProvider, tokenOf } from './signing-provider.js'
import { asked, manualClock } from './support.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'detrics-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const credential = randomBytes(32).toString('base64url')
const development = { type: 'development' } as const

let files = 0
const fileWith = (content: unknown, mode = 0o600): string => {
  const path = join(folder, `services-${(files += 1)}`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  chmodSync(path, mode)
  return path
}

const opened = (
  servicesFile: string,
  identity: Parameters<typeof openIdentity>[0]['identity'] = development,
) =>
  openIdentity(
    { identity, servicesFile, publicUrl: 'http://127.0.0.1:4700' },
    { onTrouble: () => undefined, clock: manualClock() },
  )

const identityWith = (...of: Parameters<typeof opened>) => {
  const identity = opened(...of)
  if (E.isLeft(identity)) throw new Error(identity.left)
  return identity.right
}

const billing = { service: 'billing', sha256: sha256(credential) }

describe('a service', () => {
  test('is known by its credential, whoever members are', async () => {
    const provider = await openSigningProvider(await makeKey('one'))
    const oidc = {
      type: 'oidc' as const,
      issuer: provider.issuer,
      audience: 'keys',
      clientId: 'page',
      memberClaim: 'sub',
      workspacesClaim: 'workspaces',
    }
    for (const identity of [development, oidc]) {
      const known = identityWith(fileWith([billing]), identity)
      const service = { type: 'service', serviceId: 'billing' }
      for (const method of ['GET', 'POST'])
        expect(await asked(known, { authorization: `Bearer ${credential}` }, method)).toEqual(service)
      expect(await asked(known, { authorization: `Bearer ${credential}x` })).toBe('token_invalid')
      expect(await asked(known, { authorization: `Bearer ${billing.sha256}` })).toBe('token_invalid')
    }
    expect(provider.asked.size).toBe(0)
  })

  test('is known before its credential is read as a token or as a key', async () => {
    const token = await tokenOf('https://id.example.com', { key: await makeKey('one') })
    const key = `detrics_${'a'.repeat(22)}_${'b'.repeat(38)}`
    const known = identityWith(
      fileWith([
        { service: 'a', sha256: sha256(token) },
        { service: 'b', sha256: sha256(key).toUpperCase() },
      ]),
    )
    expect(await asked(known, { authorization: `Bearer ${token}` })).toMatchObject({ serviceId: 'a' })
    expect(await asked(known, { authorization: `Bearer ${key}` })).toMatchObject({ serviceId: 'b' })
  })

  test('is one of a thousand at most, and may be one of none', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ service: `s-${i}`, sha256: sha256(`credential ${i}`) }))
    expect(opened(fileWith(many(1_001)))).toMatchObject({ left: expect.stringContaining('more than 1000') })
    expect(E.isRight(opened(fileWith(many(1_000))))).toBe(true)
    expect(E.isRight(opened(fileWith([])))).toBe(true)
  })
})

describe('nothing starts with a file of services that', () => {
  const marker = 'm4rk3r'
  test.each<[string, unknown, string]>([
    ['is not JSON', `[${marker}`, 'not JSON'],
    ['is empty', '', 'not JSON'],
    ['is no list', { service: marker }, 'array'],
    ['has an entry that is no object', [billing, marker], 'Entry 2 '],
    ['has a service without a digest', [{ service: marker }], 'Entry 1 '],
    ['has a digest without a service', [{ sha256: billing.sha256 }], 'Entry 1 '],
    ['has a credential in place of its digest', [{ service: 'billing', sha256: marker }], 'Entry 1 '],
    ['has a credential beside its digest', [{ ...billing, credential: marker }], 'Entry 1 '],
    ['has a name in capitals', [{ ...billing, service: 'Billing' }], 'Entry 1 '],
    ['has an empty name', [{ ...billing, service: '' }], 'Entry 1 '],
    ['has a name that is too long', [{ ...billing, service: 'a'.repeat(65) }], 'Entry 1 '],
    ['has a digest that is too short', [{ ...billing, sha256: billing.sha256.slice(1) }], 'Entry 1 '],
    ['has a service twice', [billing, { ...billing, sha256: sha256('other') }], 'same service'],
    [
      'has a credential twice',
      [billing, { service: 'other', sha256: billing.sha256.toUpperCase() }],
      'same credential',
    ],
    ['is very large', ' '.repeat(1024 * 1024 + 1), 'larger'],
  ])('%s', (_, content, reason) => {
    const refused = opened(fileWith(content))
    expect(refused).toEqual(
      E.left(expect.stringMatching(new RegExp(`^DETRICS_SERVICES_FILE: .*${reason}.*\\.$`))),
    )
    expect(JSON.stringify(refused)).not.toContain(marker)
  })

  test.each([0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644])('others may use, by its mode %o', (mode) => {
    expect(opened(fileWith([billing], mode))).toMatchObject({ left: expect.stringContaining('chmod 600') })
  })

  test.each([0o600, 0o400])('only its owner may use, by its mode %o, is read', (mode) => {
    expect(E.isRight(opened(fileWith([billing], mode)))).toBe(true)
  })

  test('is not there, or is a folder', () => {
    const missing = opened(join(folder, 'm4rk3r'))
    expect(missing).toEqual(E.left('DETRICS_SERVICES_FILE: The file cannot be read (ENOENT).'))
    expect(opened(folder)).toEqual(E.left('DETRICS_SERVICES_FILE: This is no file.'))
  })
})

describe('nothing starts with a secret of the client', () => {
  const oidc = {
    type: 'oidc' as const,
    issuer: 'http://127.0.0.1:1',
    audience: 'keys',
    clientId: 'page',
    memberClaim: 'sub',
    workspacesClaim: 'workspaces',
  }
  const opening = (clientSecretFile: string) =>
    openIdentity(
      { identity: { ...oidc, clientSecretFile }, publicUrl: 'http://127.0.0.1:4700' },
      { onTrouble: () => undefined },
    )

  test.each<[string, string, number]>([
    ['that others may read', 's3cr3t', 0o644],
    ['that is empty', ' \n', 0o600],
    ['of several lines', 's3cr3t\nmore', 0o600],
    ['that is very long', 's3cr3t'.repeat(1_000), 0o600],
  ])('%s', (_, content, mode) => {
    const refused = opening(fileWith(content, mode))
    expect(refused).toEqual(E.left(expect.stringMatching(/^DETRICS_OIDC_CLIENT_SECRET_FILE: .*\.$/)))
    expect(JSON.stringify(refused)).not.toContain('s3cr3t')
  })

  test('that is not there; one that is right is read without its line end', () => {
    expect(opening(join(folder, 'nowhere'))).toMatchObject({ left: expect.stringContaining('ENOENT') })
    expect(E.isRight(opening(fileWith('s3cr3t\n')))).toBe(true)
  })
})
