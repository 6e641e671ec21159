import {
  annotate,
  closedObject,
  describedAs,
  fieldProblems,
  openObject,
  operations,
  refusalOf,
  type FieldProblem,
} from '@detrics/keys-client/contract'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { printSeed, sampled } from '../sampling.js'
import { anyJson, type Json } from './json-arbitraries.js'

const marker = 'm4rk3r'

const problemsIn = (codec: t.Any, input: unknown): ReadonlyArray<FieldProblem> => {
  const read = codec.decode(input) as E.Either<t.Errors, unknown>
  return E.isLeft(read) ? fieldProblems(read.left) : []
}

const pointersIn = (codec: t.Any, input: unknown): ReadonlyArray<string> =>
  problemsIn(codec, input).map(({ pointer }) => pointer)

const word = annotate(t.string, { schema: {}, refusal: 'Give a word.' })
const inner = closedObject({ word }, {})
const outer = closedObject(
  { word },
  {
    'a/b~c': word,
    list: t.readonlyArray(t.readonlyArray(inner)),
    either: t.union([t.literal('x'), inner]),
    nested: t.union([t.union([t.literal('x'), t.null]), t.literal('y')]),
  },
)

describe('a problem points', () => {
  test.each<[string, unknown, ReadonlyArray<string>]>([
    ['to the whole where it is no object', [1], ['']],
    ['to the whole where there is nothing', undefined, ['']],
    ['to a member of another type', { word: 1 }, ['/word']],
    ['to a required member that is not there', {}, ['/word']],
    [
      'to a member that has a name with / and ~ in it, as RFC 6901 writes it',
      { word: '', 'a/b~c': 1 },
      ['/a~1b~0c'],
    ],
    [
      'into lists of lists, by number',
      { word: '', list: [[], [{ word: '' }, { word: 1 }, 7]] },
      ['/list/1/1/word', '/list/1/2'],
    ],
    ['to a list of which it is an item that is not one', { word: '', list: [1] }, ['/list/0']],
    ['to a union in the words of each of its branches', { word: '', either: 1 }, ['/either', '/either']],
    [
      'into the branch of a union, without a step for the branch',
      { word: '', either: {} },
      ['/either', '/either/word'],
    ],
    ['to a union in a union once', { word: '', nested: 1 }, ['/nested']],
    ['to a member that nobody knows', { word: '', misspelt: 1 }, ['/misspelt']],
    ['to the object where the name of that may not be repeated', { word: '', [marker]: 1 }, ['']],
    ['into an object with such a name', { word: '', list: [[{ word: '', [marker]: 1 }]] }, ['/list/0/0']],
  ])('%s', (_, input, pointers) => {
    expect(pointersIn(outer, input)).toEqual(pointers)
  })
})

describe('a closed object', () => {
  test('says of a member that nobody knows what to do, and which ones there are where it may not be named', () => {
    expect(problemsIn(inner, { word: '', other: 1, [marker]: 1, '': 1 })).toEqual([
      { pointer: '/other', detail: 'Leave this out: nothing here has this name.' },
      { pointer: '', detail: 'Leave out all but: word.' },
    ])
    expect(problemsIn(closedObject({}, {}), { [marker]: 1 })).toEqual([
      { pointer: '', detail: 'Leave out everything.' },
    ])
  })

  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'takes %s for a name like any other, and nothing that is inherited for a member',
    (name) => {
      const input = JSON.parse(`{"word":"","${name}":{"polluted":1}}`) as unknown
      expect(problemsIn(inner, input)).toHaveLength(1)
      expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined()
      const inheriting = closedObject({ [name]: word }, {})
      expect(pointersIn(inheriting, {})).toEqual([`/${name}`])
      expect(inheriting.is({})).toBe(false)
      expect(inheriting.encode(Object.create({ [name]: 'x' }) as never)).toEqual({})
    },
  )

  test('that is read has the known members and no others, not even on its prototype', () => {
    const input = JSON.parse('{"word":"x","__proto__":{"more":1},"other":2}') as unknown
    const read = openObject({ word }, {}).decode(input)
    expect(read).toStrictEqual(E.right({ word: 'x' }))
    expect(E.isRight(read) && Object.getPrototypeOf(read.right)).toBe(Object.prototype)
  })
})

describe('an open object', () => {
  test('leaves out what it does not know, when it reads and when it writes', () => {
    const open = openObject({ word }, { note: word })
    expect(open.decode({ word: 'x', later: 1 })).toStrictEqual(E.right({ word: 'x' }))
    expect(open.encode({ word: 'x', note: 'y', digest: marker } as never)).toStrictEqual({
      word: 'x',
      note: 'y',
    })
    expect(open.encode({ word: 'x', note: undefined } as never)).toStrictEqual({ word: 'x' })
  })
})

describe('what a caller is told', () => {
  test('is at most 20 problems, and none of them twice', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`x${'y'.repeat(i % 31)}`, i]))
    expect(problemsIn(inner, many).length).toBeLessThanOrEqual(20)
    const list = Array.from({ length: 30_000 }, () => 1)
    const problems = problemsIn(operations.revokeKeys.body.shape, { keyIds: list })
    expect(problems.map(({ pointer }) => pointer)).toEqual(list.slice(0, 20).map((_, i) => `/keyIds/${i}`))
    expect(problemsIn(closedObject({}, {}), { 1: 1, 2: 2, 3: 3 })).toHaveLength(1)
  })

  test('is the sentence of the codec, also where it stands for something particular', () => {
    expect(refusalOf(describedAs(word, 'A word in a place.'))).toBe('Give a word.')
    expect(refusalOf(t.number)).toBe('Give a value as the documentation has it.')
    expect(problemsIn(operations.revokeKey.body.shape, { reason: 'replaced' })).toEqual([
      { pointer: '/reason', detail: 'Give one of: requested, compromised, leaked.' },
    ])
    expect(problemsIn(operations.replaceKey.body.shape, { retireAt: '2027-01-31' })).toEqual([
      { pointer: '/retireAt', detail: expect.stringMatching(/^Give an instant of RFC 3339/) },
    ])
  })
})

const withMarker = (json: Json): Json => {
  if (typeof json === 'string') return `${marker}${json}`
  if (Array.isArray(json)) return json.map(withMarker)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [`${marker}${name}`, withMarker(value)]),
  )
}

beforeAll(printSeed)

test('no value of a request is ever repeated, nor a name that may be a piece of a secret', () => {
  const bodies = Object.values(operations).flatMap(({ query, body }): ReadonlyArray<t.Any> =>
    body === undefined ? [query] : [query, body.shape],
  )
  const named = ['name', 'expiresAt', 'keyIds', 'reason', 'limit', 'since', 'key', 'effective', '__proto__']
  const inputs = fc.oneof(
    anyJson.map(withMarker),
    fc.dictionary(fc.constantFrom(...named), fc.oneof(anyJson, fc.array(anyJson)).map(withMarker)),
  )
  let refused = 0
  fc.assert(
    fc.property(fc.constantFrom(...bodies), inputs, (codec, input) => {
      const problems = problemsIn(codec, input)
      refused += problems.length
      expect(problems.length).toBeLessThanOrEqual(20)
      expect(JSON.stringify(problems)).not.toContain(marker)
    }),
    sampled(2_000),
  )
  expect(refused).toBeGreaterThan(500)
})
