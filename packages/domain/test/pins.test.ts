import * as domain from '@detrics/keys-domain'
import { describe, expect, test } from '@jest/globals'
import { sources } from './sources.js'

test('the package exports this and nothing else', () => {
  expect(Object.keys(domain)).toMatchInlineSnapshot(`
   [
     "Actor",
     "EventId",
     "Instant",
     "InstantFromIso",
     "KeyId",
     "MemberId",
     "Metadata",
     "Origin",
     "RevocationReason",
     "Secret",
     "StreamId",
     "WorkspaceId",
     "activityStream",
     "appendSurely",
     "at",
     "batchLimitMax",
     "batchPartlyStored",
     "closed",
     "composeKey",
     "containsKey",
     "createKey",
     "decide",
     "decodeKeyRingEvent",
     "decodeLogOpened",
     "decodeUses",
     "defaultKeyPrefixes",
     "emptyRing",
     "encodeKeyRingEvent",
     "encodeLogOpened",
     "encodeUses",
     "endOf",
     "endOfKey",
     "eventBytesMax",
     "eventIdConflict",
     "fold",
     "hasEnded",
     "idPartOf",
     "instantToIso",
     "invalidRequest",
     "keyIdOfPart",
     "keyPrefixPattern",
     "keyRingStream",
     "keyScanPattern",
     "loadRing",
     "logStream",
     "maskOf",
     "nameIdentity",
     "noStream",
     "outcomeUnknown",
     "pageLimitMax",
     "parseKey",
     "parseName",
     "parseNote",
     "position",
     "present",
     "randomBytesPerSecret",
     "redactKeys",
     "redactedText",
     "renameKey",
     "replaceKey",
     "reveal",
     "revision",
     "revokeKey",
     "revokeKeys",
     "rewound",
     "ringCache",
     "tooLarge",
     "trailPageLimitMax",
     "unavailable",
     "workspaceOfActivity",
     "workspaceOfKeyRing",
     "wrongExpectedRevision",
   ]
  `)
})

describe('the domain is pure', () => {
  const everywhere = sources()

  test('there are sources to look at', () => {
    expect(everywhere.length).toBeGreaterThan(30)
    expect(everywhere.map(({ file }) => file)).toContain('key-ring/decisions.ts')
  })

  test.each([
    ['the wall clock', /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\()|(?<!new )\bDate\(/],
    ['a monotonic clock', /\bperformance\b/],
    ['a timer', /\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/],
    ['chance', /\bMath\.random\b|\bcrypto\b/],
    ['the process or its environment', /\bprocess\b|\bglobalThis\b|\bconsole\b/],
    ['a module of Node', /['"]node:|\brequire\b|\bimport\(/],
    ['another package than its three', /\bfrom '(?!\.|fp-ts\/lib\/\w+\.js'|io-ts'|uuid')/],
  ])('it reaches for no %s', (_, forbidden) => {
    const found = everywhere.filter(({ code }) => forbidden.test(code)).map(({ file }) => file)
    expect(found).toStrictEqual([])
  })

  test('the key ring and the secret are synchronous', () => {
    const synchronous = everywhere.filter(({ file }) => /^(key-ring|secret|values)\//.test(file))
    expect(synchronous.length).toBeGreaterThan(15)
    const found = synchronous.filter(({ code }) =>
      /\/(Reader)?(Task|IO)\w*\.js'|\bPromise\b|\basync\b|\bawait\b/.test(code),
    )
    expect(found.map(({ file }) => file)).toStrictEqual([])
  })

  test('the inner rooms do not know the use cases', () => {
    const inner = everywhere.filter(({ file }) => !file.startsWith('use-cases/') && file !== 'index.ts')
    expect(inner.filter(({ code }) => code.includes('/use-cases/')).map(({ file }) => file)).toStrictEqual([])
  })
})
