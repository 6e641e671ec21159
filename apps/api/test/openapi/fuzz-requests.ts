import type { Document, Parameter, Placed, Schema } from './document.js'
import type { Memory } from './fuzz-memory.js'
import type { Random } from './random.js'
import {
  horrors,
  resolved,
  someText,
  trace,
  uuid,
  valueFor,
  wrongValueFor,
  type Making,
} from './schema-values.js'
import type { RawRequest } from './socket-client.js'

/** A request with what it was made for. */
export interface FuzzRequest extends RawRequest {
  readonly kind: 'valid' | 'nearly valid' | 'garbage' | 'again'
  /** What is wrong with it, in a few words. */
  readonly fault: string
  readonly operationId: string
  /** It may have become another operation or none: only what holds for every reply is expected of the answer. */
  readonly isAnywhere: boolean
}

/** A request before it is written down. */
interface Draft {
  readonly operation: Placed
  readonly path: Readonly<Record<string, string>>
  readonly query: ReadonlyArray<readonly [string, string]>
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: unknown
  /** Instead of the body as JSON. */
  readonly text?: string | Buffer
  readonly type?: string | undefined
  readonly isChunked?: boolean
  readonly target?: string
  readonly isAnywhere?: boolean
}

export interface Fuzzing {
  readonly document: Document
  readonly operations: ReadonlyArray<Placed>
  readonly memory: Memory
  readonly host: string
}

/** The next request: two fifths valid, two fifths with one thing wrong, the rest without sense or once more. */
export const nextRequest = (fuzzing: Fuzzing, random: Random): FuzzRequest => {
  const operation = random.pick(fuzzing.operations)
  const dice = random.next()
  const again = fuzzing.memory.request(random)
  if (dice < 0.04 && again !== undefined) return { ...again, kind: 'again' }
  const draft = validDraft(fuzzing, operation, random)
  const written = (changed: Draft, kind: FuzzRequest['kind'], fault: string): FuzzRequest => ({
    ...requestOf(fuzzing, changed),
    kind,
    fault,
    operationId: operation.operationId,
    isAnywhere: changed.isAnywhere === true,
  })
  if (dice < 0.42) return written(draft, 'valid', '')
  const [fault, spoil] = random.pick(dice < 0.82 ? faults : garbage)
  return written(
    spoil(draft, { document: fuzzing.document, random, hints: {} }),
    dice < 0.82 ? 'nearly valid' : 'garbage',
    fault,
  )
}

const validDraft = ({ document, memory }: Fuzzing, operation: Placed, random: Random): Draft => {
  const { parameters = [], requestBody } = operation
  const workspaceId = memory.workspaceId(random)
  const making: Making = { document, random, hints: memory.hintsFor(workspaceId) }
  const chosen = (place: Parameter['in'], probability: number): ReadonlyArray<readonly [string, string]> =>
    parameters
      .filter(
        (parameter) => parameter.in === place && (parameter.required === true || random.chance(probability)),
      )
      .map(({ name, schema }) => [name, String(valueFor(making, schema, name))])
  const schema = bodySchemaOf(operation)
  const hasBody = schema !== undefined && (requestBody?.required === true || random.chance(0.8))
  return {
    operation,
    path: Object.fromEntries(chosen('path', 1)),
    query: chosen('query', 0.3),
    headers: [
      ...chosen('header', 0.3),
      ['Authorization', `Bearer ${memory.credential(operation['x-access'], random)}`],
    ],
    body: hasBody ? valueFor(making, schema) : undefined,
  }
}

const bodySchemaOf = ({ requestBody }: Pick<Placed, 'requestBody'>): Schema | undefined =>
  requestBody?.content['application/json']?.schema

const requestOf = ({ host }: Fuzzing, draft: Draft): RawRequest => {
  const { operation, path, query, headers, body, text, isChunked } = draft
  const filled = operation.path.replace(/\{(\w+)\}/g, (_all, name: string) =>
    encodeURIComponent(wellFormed(path[name] ?? '')),
  )
  const search = query
    .map(
      ([name, value]) => `${encodeURIComponent(wellFormed(name))}=${encodeURIComponent(wellFormed(value))}`,
    )
    .join('&')
  const bytes = text === undefined ? bodyOf(body) : Buffer.from(text as string)
  const type = 'type' in draft ? draft.type : bytes === undefined ? undefined : 'application/json'
  return {
    method: operation.method,
    target: draft.target ?? (search === '' ? filled : `${filled}?${search}`),
    headers: [['Host', host], ...(type === undefined ? [] : [['Content-Type', type] as const]), ...headers],
    ...(bytes === undefined ? {} : { body: bytes }),
    ...(isChunked === true ? { isChunked } : {}),
  }
}

const bodyOf = (body: unknown): Buffer | undefined =>
  body === undefined ? undefined : Buffer.from(JSON.stringify(body))

const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd')

type Spoil = readonly [fault: string, spoil: (draft: Draft, making: Making) => Draft]

const objectIn = ({ body }: Draft): Readonly<Record<string, unknown>> =>
  (body ?? {}) as Readonly<Record<string, unknown>>

const memberSchema = (draft: Draft, making: Making): readonly [string, Schema] | undefined => {
  const schema = bodySchemaOf(draft.operation)
  if (schema === undefined) return undefined
  const properties = resolved(making.document, schema)['properties'] as Readonly<Record<string, Schema>>
  return making.random.pick(Object.entries(properties))
}

const jsonText = (draft: Draft): string => JSON.stringify(objectIn(draft))

const strangeNames = [
  '__proto__',
  'constructor',
  'toString',
  'expiresIn',
  `${trace}`,
  `a/${trace}~`,
  '',
  'keyID',
  '0',
]

/** One thing is wrong, or at least unusual. */
const faults: ReadonlyArray<Spoil> = [
  [
    'a member that does not fit',
    (draft, making) => {
      const member = memberSchema(draft, making)
      if (member === undefined) return draft
      return { ...draft, body: { ...objectIn(draft), [member[0]]: wrongValueFor(making, member[1]) } }
    },
  ],
  [
    'a member that is missing',
    (draft, { random }) => {
      const names = Object.keys(objectIn(draft))
      if (names.length === 0) return draft
      const { [random.pick(names)]: _, ...rest } = objectIn(draft)
      return { ...draft, body: rest }
    },
  ],
  [
    'a member that nobody knows',
    (draft, { random }) => ({
      ...draft,
      text: `{${[JSON.stringify(random.pick(strangeNames)) + `:"${trace}"`, jsonText(draft).slice(1, -1)].filter(Boolean).join(',')}}`,
    }),
  ],
  [
    'a member that is there twice',
    (draft, { random }) => {
      const [[name, value] = ['name', trace]] = Object.entries(objectIn(draft))
      const written = random.chance(0.5)
        ? JSON.stringify(name)
        : `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}"`
      return {
        ...draft,
        text: `{${written}:${JSON.stringify(value) ?? 'null'},${JSON.stringify(name)}:"${trace}"}`,
      }
    },
  ],
  [
    'a parameter that does not fit',
    (draft, making) => {
      const inQuery = (draft.operation.parameters ?? []).filter((parameter) => parameter.in === 'query')
      if (inQuery.length === 0) return draft
      const { name, schema } = making.random.pick(inQuery)
      return { ...draft, query: [[name, String(wrongValueFor(making, schema))]] }
    },
  ],
  [
    'a parameter that nobody knows',
    (draft, { random }) => ({
      ...draft,
      query: [...draft.query, [random.pick(strangeNames), trace]],
    }),
  ],
  [
    'a parameter that is there twice',
    (draft) => {
      const [first = ['limit', '1'] as const] = draft.query
      return { ...draft, query: [first, ...draft.query, first] }
    },
  ],
  [
    'an id of nothing',
    (draft, { random }) => ({
      ...draft,
      path: Object.fromEntries(
        Object.entries(draft.path).map(([name, value]) => [
          name,
          random.chance(0.5)
            ? random.pick([uuid(random), value.toUpperCase(), `${value}${trace}`, ` ${value}`, `${trace}`])
            : value,
        ]),
      ),
    }),
  ],
  [
    'another type of content',
    (draft, { random }) => ({
      ...draft,
      body: draft.body ?? {},
      type: random.pick([
        undefined,
        'text/plain',
        'application/x-www-form-urlencoded',
        `multipart/form-data; boundary=${trace}`,
        'application/json; charset=utf-16',
        'APPLICATION/JSON',
        'application/json;',
        'application/merge-patch+json',
        'application/problem+json',
        trace,
        '',
        ';',
      ]),
    }),
  ],
  [
    'a precondition of another form',
    (draft, { random }) => ({
      ...draft,
      headers: [
        ...draft.headers.filter(([name]) => name !== 'If-Match'),
        [
          'If-Match',
          random.pick([
            'W/"1"',
            '"1", "2"',
            `"${trace}"`,
            '*',
            '1',
            '""',
            '"-1"',
            `"${'9'.repeat(19)}"`,
            `"${'9'.repeat(20)}"`,
            '',
          ]),
        ],
      ],
    }),
  ],
  [
    'an idempotency key of another form',
    (draft, { random }) => ({
      ...draft,
      headers: [
        ...draft.headers.filter(([name]) => name !== 'Idempotency-Key'),
        [
          'Idempotency-Key',
          random.pick([
            '',
            ' ',
            `${trace} x`,
            `${trace}\u00e9`,
            trace.repeat(64),
            trace.repeat(63),
            `${trace}\t`,
            '\u{1F511}',
          ]),
        ],
      ],
    }),
  ],
  [
    'a header that is there twice',
    (draft, { random }) => ({
      ...draft,
      headers: [
        ...draft.headers,
        ...draft.headers,
        [random.pick(['If-Match', 'Idempotency-Key']), `"${trace}"`],
      ],
    }),
  ],
  [
    'a wish for another type of reply',
    (draft, { random }) => ({
      ...draft,
      headers: [
        ...draft.headers,
        ['Accept', random.pick(['text/html', 'application/xml;q=0.9', '*/*;q=0', trace, '', ', ,'])],
      ],
    }),
  ],
  [
    'a credential that is none',
    (draft, { random }) => ({
      ...draft,
      headers: [
        ...draft.headers.filter(([name]) => name !== 'Authorization'),
        [
          'Authorization',
          random.pick([
            trace,
            `Bearer ${trace}`,
            'Bearer',
            '',
            `Basic ${trace}`,
            'Bearer a.b.c',
            `Bearer ${trace} ${trace}`,
          ]),
        ],
      ],
    }),
  ],
  [
    'headers that belong elsewhere',
    (draft, { random }) => ({
      ...draft,
      headers: [
        ...draft.headers,
        random.pick<readonly [string, string]>([
          ['Origin', `http://${trace}.example`],
          ['Origin', 'null'],
          ['Cookie', `__Host-detrics-session=${trace}`],
          ['X-Forwarded-For', trace],
          ['X-Forwarded-Host', trace],
          ['X-HTTP-Method-Override', 'DELETE'],
          ['Range', 'bytes=0-1'],
          ['If-None-Match', '*'],
          ['If-Modified-Since', trace],
          ['Expect', trace],
          ['Accept-Encoding', trace],
          ['User-Agent', `${trace}\u00ff`],
          ['Upgrade', 'h2c'],
        ]),
      ],
    }),
  ],
  ['a body in pieces', (draft) => ({ ...draft, body: draft.body ?? {}, isChunked: true })],
  [
    'a body where none belongs',
    (draft, { random }) => ({ ...draft, body: draft.body ?? { [trace]: someText(random, 1, 20) } }),
  ],
  [
    'no body',
    (draft, { random }) => {
      const type = random.chance(0.5) ? { type: 'application/json' } : {}
      return { ...draft, body: undefined, ...type, ...(random.chance(0.5) ? { text: '' } : {}) }
    },
  ],
]

const numbers = [
  '1e400',
  '-0',
  '0.1e-400',
  '9007199254740993',
  `${'9'.repeat(400)}`,
  'NaN',
  '0x10',
  '01',
  '+1',
  '1.',
]

const texts = (making: Making): ReadonlyArray<string | Buffer> => {
  const { random } = making
  const member = random.pick(['name', 'keyIds', 'key', 'reason', 'expiresAt', 'note'])
  const nest = (open: string, close: string, depth: number): string =>
    open.repeat(depth) + close.repeat(depth)
  return [
    Buffer.from(Array.from({ length: random.int(0, 200) }, () => random.int(0, 255))),
    `{"${member}":${random.pick(numbers)}}`,
    `{"${member}":"\\ud800${trace}"}`,
    `{"${member}":"\\udc00\\ud800","\\ud83d":1}`,
    `{"${member}":"${trace}\\u0000"}`,
    `\ufeff{"${member}":"${trace}"}`,
    Buffer.from(`{"${member}":"${trace}"}`, 'utf16le'),
    Buffer.concat([
      Buffer.from(`{"${member}":"${trace}`),
      Buffer.from([0xc0, 0xaf, 0xff]),
      Buffer.from('"}'),
    ]),
    nest('[', ']', random.pick([10, 32, 33, 1_000, 30_000])),
    `{"${member}":${nest('{"a":', '}', random.pick([3, 40, 5_000])).replace(':}', ':1}')}}`,
    `{"${member}":[${nest('[', ']', 20)},${nest('[', ']', 31)}]}`,
    `[${`"${trace}",`.repeat(random.pick([1, 100, 5_000]))}1]`,
    `{"${trace}":1,`.repeat(50),
    JSON.stringify(JSON.stringify({ [member]: trace })),
    `{"__proto__":{"${trace}":1},"constructor":{"prototype":{"${trace}":1}}}`,
    `{"${member}":"${trace}"}${'x'.repeat(10)}`,
    `{"${member}":"${trace.repeat(20_000)}"}`,
    `{${Array.from({ length: 500 }, (_, i) => `"${trace}${i}":${i}`).join(',')}}`,
    `{"${member}": undefined}`,
    `{'${member}':'${trace}'}`,
    `{"${member}":"${trace}",}`,
    `// ${trace}\n{}`,
    JSON.stringify({ [member]: random.pick(horrors) }),
    'null',
    '""',
    ' ',
  ]
}

const segments = (random: Random): ReadonlyArray<string> => [
  '%00',
  '%2e%2e',
  '..%2f..%2f',
  '%2e%2e%5c',
  '%zz',
  '%',
  '%c0%ae',
  '%ED%A0%80',
  '%F0%9F%98%80',
  `${trace}%0d%0aSet-Cookie:%20x`,
  trace.repeat(random.pick([16, 25, 26, 500])),
  `${trace};jsessionid=1`,
  '*',
  ':keyId',
  '__proto__',
  'constructor',
  `%25%32%65${trace}`,
  'é',
  `${trace}'"`,
]

/** Nobody who knows the description would send it. */
const garbage: ReadonlyArray<Spoil> = [
  ['a text that is no body', (draft, making) => ({ ...draft, text: making.random.pick(texts(making)) })],
  [
    'a text that is no body',
    (draft, making) => ({
      ...draft,
      text: making.random.pick(texts(making)),
      isChunked: making.random.chance(0.3),
    }),
  ],
  [
    'a path that leads nowhere',
    (draft, { random }) => ({
      ...draft,
      isAnywhere: true,
      target: draft.operation.path.replace(/\{\w+\}/g, () => random.pick(segments(random))),
    }),
  ],
  [
    'a path of another kind',
    (draft, { random }) => ({
      ...draft,
      isAnywhere: true,
      target: random.pick([
        `/${trace}`,
        `//${trace}.example${draft.operation.path}`,
        `http://${trace}.example/v1/me`,
        `${draft.operation.path}/`,
        `/v1/../v1/me`,
        `/v1/me/../../etc/passwd${trace}`,
        draft.operation.path.toUpperCase(),
        `${draft.operation.path}#${trace}`,
        `/v1/me;${trace}`,
        '*',
        `/v1/workspaces/demo-a/keys/${random.pick(segments(random))}/${random.pick(segments(random))}`,
      ]),
    }),
  ],
  [
    'a query of another kind',
    (draft, { random }) => ({
      ...draft,
      isAnywhere: true,
      target: `${draft.operation.path.replace(/\{\w+\}/g, 'demo-a')}?${random.pick([
        `%zz=${trace}`,
        `limit=%zz${trace}`,
        `&&&=${trace}`,
        `limit[]=${trace}`,
        `limit[${trace}]=1`,
        `__proto__=${trace}`,
        `__proto__[${trace}]=1`,
        `?${trace}`,
        `limit=1%00${trace}`,
        `search=%ED%A0%80${trace}`,
        `${trace}=1&`.repeat(400),
        `keyId=${trace.repeat(1_000)}`,
        '=',
      ])}`,
    }),
  ],
  [
    'another method',
    (draft, { random }) => {
      const method = random.pick(['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'POST', 'GET', 'QUERY', 'PROPFIND'])
      return {
        ...draft,
        isAnywhere: true,
        operation: { ...draft.operation, method: method as Placed['method'] },
      }
    },
  ],
  [
    'headers that are too large',
    (draft) => ({
      ...draft,
      headers: [...draft.headers, ['X-More', trace.repeat(4_500)]],
    }),
  ],
  [
    'a header that is no text',
    (draft, { random }) => ({
      ...draft,
      headers: [
        ...draft.headers,
        [
          random.pick(['X-More', 'User-Agent', 'Idempotency-Key', 'Content-Type', 'If-Match']),
          random.pick(['\u0001', '\u007f', '\u00a0', '\u{1F511}', `${trace}\u0008`]),
        ],
      ],
    }),
  ],
  [
    'another host',
    (draft, { random }) => ({
      ...draft,
      headers: [...draft.headers, ['Host', random.pick([`${trace}.example`, '', '127.0.0.1:1'])]],
    }),
  ],
]
