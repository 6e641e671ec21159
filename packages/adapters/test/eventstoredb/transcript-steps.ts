import { END, START, streamNameFilter, eventTypeFilter } from '@eventstore/db-client'
import type {
  AllStreamResolvedEvent,
  AppendExpectedRevision,
  Position,
  ReadRevision,
} from '@eventstore/db-client'
import { all, appended, big, bytes, event, followed, revisions, told } from './transcript-world.js'
import type { World } from './transcript-world.js'

/** A step: its name as recorded, and the client calls that it stands for. */
export type Step = readonly [name: string, run: (world: World) => Promise<unknown>]

const append = (
  { client, nameOf }: World,
  stream: string,
  types: ReadonlyArray<readonly [type: string, id?: string]>,
  expectedRevision: AppendExpectedRevision,
) =>
  client.appendToStream(
    nameOf(stream),
    types.map(([type, id]) => event(type, id)),
    { expectedRevision },
  )

const appending: ReadonlyArray<Step> = [
  [
    'append no_stream x3',
    async (world) => {
      const [last] = await all(
        world.client.readAll({ direction: 'backwards', fromPosition: END, maxCount: 1 }),
      )
      if (last?.event !== undefined) world.places.set('before', last.event.position)
      return appended(append(world, 'a', [['T0'], ['T1'], ['T2']], 'no_stream'))
    },
  ],
  [
    'append rev 2',
    async (world) => {
      const result = await append(world, 'a', [['T3']], 2n)
      if (result.position !== undefined) world.places.set('T3', result.position)
      return appended(Promise.resolve(result))
    },
  ],
  ['append rev 0 (wrong)', (world) => appended(append(world, 'a', [['T']], 0n))],
  ['append rev 99 (wrong, ahead)', (world) => appended(append(world, 'a', [['T']], 99n))],
  ['append no_stream on existing', (world) => appended(append(world, 'a', [['T']], 'no_stream'))],
  ['append exists on missing', (world) => appended(append(world, 'zz', [['T']], 'stream_exists'))],
  ['append rev 0 on missing', (world) => appended(append(world, 'zy', [['T']], 0n))],
  ['append any empty list', (world) => appended(append(world, 'a', [], 'any'))],
  ['append any empty list new stream', (world) => appended(append(world, 'empty', [], 'any'))],
]

const readOf = (world: World, stream: string, options: Parameters<World['client']['readStream']>[1] = {}) =>
  world.client.readStream(world.nameOf(stream), options)

const backwards = (world: World, fromRevision: ReadRevision) =>
  revisions(readOf(world, 'a', { direction: 'backwards', fromRevision }))

const reading: ReadonlyArray<Step> = [
  ['read empty stream', (world) => revisions(readOf(world, 'empty'))],
  ['read fwd', (world) => revisions(readOf(world, 'a'))],
  ['read bwd', (world) => backwards(world, END)],
  ['read bwd default from (START)', (world) => revisions(readOf(world, 'a', { direction: 'backwards' }))],
  ['read fwd from END', (world) => revisions(readOf(world, 'a', { fromRevision: END }))],
  ['read bwd from 1', (world) => backwards(world, 1n)],
  ['read fwd from 1 max 2', (world) => revisions(readOf(world, 'a', { fromRevision: 1n, maxCount: 2 }))],
  ['read fwd from beyond', (world) => revisions(readOf(world, 'a', { fromRevision: 50n }))],
  ['read bwd from beyond', (world) => backwards(world, 50n)],
  ['read missing', (world) => revisions(readOf(world, 'missing'))],
  ['read maxCount 0', (world) => revisions(readOf(world, 'a', { maxCount: 0 }))],
]

const known = (world: World, ...names: ReadonlyArray<string>): ReadonlyArray<readonly [string, string]> =>
  names.map((name) => [`T${name}`, world.idOf(name)])

const idempotency: ReadonlyArray<Step> = [
  ['idem first no_stream', (world) => appended(append(world, 'i', known(world, 'x', 'y'), 'no_stream'))],
  ['idem again no_stream', (world) => appended(append(world, 'i', known(world, 'x', 'y'), 'no_stream'))],
  ['idem again any', (world) => appended(append(world, 'i', known(world, 'x', 'y'), 'any'))],
  ['idem again exists', (world) => appended(append(world, 'i', known(world, 'x', 'y'), 'stream_exists'))],
  ['idem prefix no_stream', (world) => appended(append(world, 'i', known(world, 'x'), 'no_stream'))],
  ['idem second at 0', (world) => appended(append(world, 'i', known(world, 'y'), 0n))],
  [
    'idem longer (x,y,z) no_stream',
    (world) => appended(append(world, 'i', known(world, 'x', 'y', 'z'), 'no_stream')),
  ],
  [
    'idem any (y,new) partially known',
    (world) => appended(append(world, 'i', known(world, 'y', 'new1'), 'any')),
  ],
  ['idem any (new,y) later known', (world) => appended(append(world, 'i', known(world, 'new2', 'y'), 'any'))],
  ['same id at current revision', (world) => appended(append(world, 'i', known(world, 'x'), 3n))],
  [
    'after idem',
    async (world) =>
      (await all(readOf(world, 'i'))).map(({ event: read }) => [big(read?.revision), read?.type]),
  ],
  [
    'same id twice in one append',
    (world) => appended(append(world, 'dup', known(world, 'd', 'd'), 'no_stream')),
  ],
  ['dup read', (world) => revisions(readOf(world, 'dup'))],
  ['same id other stream any', (world) => appended(append(world, 'j', [['Tj', world.idOf('x')]], 'any'))],
]

const placeOf = (world: World, name: string): Position => {
  const place = world.places.get(name)
  if (place === undefined) throw new Error(`no place ${name}`)
  return place
}

const atT3 = async (world: World): Promise<AllStreamResolvedEvent | undefined> =>
  (await all(world.client.readAll({ fromPosition: placeOf(world, 'T3'), maxCount: 1 })))[0]

const log: ReadonlyArray<Step> = [
  [
    'readAll contains system events',
    async ({ client }) =>
      (await all(client.readAll({ maxCount: 1_000 }))).some(({ event: read }) =>
        read?.streamId.startsWith('$'),
      ),
  ],
  ['readAll from pos fwd inclusive', async (world) => (await atT3(world))?.event?.type === 'T3'],
  [
    'readAll from pos bwd',
    async (world) => {
      const read = world.client.readAll({
        direction: 'backwards',
        fromPosition: placeOf(world, 'T3'),
        maxCount: 20,
      })
      const before = (await all(read)).filter(({ event: read }) => read?.streamId === world.nameOf('a'))
      const t1 = before.find(({ event: read }) => read?.type === 'T1')?.event
      if (t1 !== undefined) world.places.set('T1', t1.position)
      return before[0]?.event?.type === 'T2'
    },
  ],
  [
    'commit equals prepare',
    async (world) => {
      const position = (await atT3(world))?.event?.position
      return position?.commit === position?.prepare
    },
  ],
  [
    'commitPosition set on $all',
    async (world) => (await atT3(world))?.commitPosition === placeOf(world, 'T3').commit,
  ],
  [
    'commitPosition set on stream read',
    async (world) => {
      const [first] = await all(readOf(world, 'a', { maxCount: 1 }))
      return [positionWord(first?.commitPosition), (first?.event?.position?.commit ?? 0n) > 0n]
    },
  ],
  [
    "append position = last event's position",
    async (world) => {
      const position = (await atT3(world))?.event?.position
      const { commit, prepare } = placeOf(world, 'T3')
      return [position?.commit === commit, position?.prepare === prepare]
    },
  ],
  [
    'readAll at a non-boundary position',
    (world) => {
      const commit = placeOf(world, 'T3').commit + 1n
      return told(all(world.client.readAll({ fromPosition: { commit, prepare: commit }, maxCount: 1 })))
    },
  ],
  [
    'readAll far beyond the end',
    async (world) => {
      const commit = placeOf(world, 'T3').commit + 10n ** 12n
      return (await all(world.client.readAll({ fromPosition: { commit, prepare: commit } }))).length
    },
  ],
]

const positionWord = (position: bigint | undefined): string => (position === undefined ? 'undefined' : 'pos')

const streamFollowed = (world: World, stream: string, fromRevision: ReadRevision = START) =>
  followed(world, world.client.subscribeToStream(world.nameOf(stream), { fromRevision }))

const prefixed = (world: World, stream: string) => streamNameFilter({ prefixes: [world.nameOf(stream)] })

const following: ReadonlyArray<Step> = [
  [
    'sub stream from 1',
    async (world) => {
      const following = streamFollowed(world, 'a', 1n)
      await following.until(2)
      return following.end()
    },
  ],
  [
    'sub stream END + live',
    async (world) => {
      const following = streamFollowed(world, 'a', END)
      await following.confirmed()
      await append(world, 'a', [['Tlive']], 'any')
      await following.until(1)
      return following.end()
    },
  ],
  [
    'sub missing stream',
    async (world) => {
      const following = streamFollowed(world, 'never')
      await following.confirmed()
      return following.end()
    },
  ],
  [
    'sub missing then created',
    async (world) => {
      const following = streamFollowed(world, 'born')
      await following.confirmed()
      await append(world, 'born', [['Tborn']], 'any')
      await following.until(1)
      return following.end()
    },
  ],
  [
    'sub stream beyond the end',
    async (world) => {
      const following = streamFollowed(world, 'a', 100n)
      await following.confirmed()
      await append(world, 'a', [['Tmore']], 'any')
      // What would be delivered wrongly has been by the time that another subscriber has it.
      const other = streamFollowed(world, 'a', 4n)
      await other.until(1)
      await other.end()
      return following.end()
    },
  ],
  [
    'sub $all from pos exclusive, prefix filter',
    async (world) => {
      const fromPosition = placeOf(world, 'T1')
      const options = { fromPosition, filter: prefixed(world, 'a') }
      const following = followed(world, world.client.subscribeToAll(options))
      await following.until(4)
      return following.end()
    },
  ],
  [
    'sub $all type regex',
    async (world) => {
      const options = { fromPosition: placeOf(world, 'T3'), filter: eventTypeFilter({ regex: '^T[xy]$' }) }
      const following = followed(world, world.client.subscribeToAll(options))
      await following.until(4)
      return following.end()
    },
  ],
  [
    'sub $all END live',
    async (world) => {
      const options = { fromPosition: END, filter: prefixed(world, 'a') } as const
      const following = followed(world, world.client.subscribeToAll(options))
      await following.confirmed()
      await append(world, 'a', [['Tlive2']], 'any')
      await following.until(1)
      return following.end()
    },
  ],
  [
    'checkpoints seen',
    async (world) => {
      let seen = (): void => undefined
      const checkpoint = new Promise<void>((resolve) => (seen = resolve))
      const filter = streamNameFilter({ prefixes: ['no-such-stream'], checkpointReached: () => seen() })
      const following = followed(world, world.client.subscribeToAll({ fromPosition: START, filter }))
      await checkpoint
      await following.end()
      return true
    },
  ],
]

const metadataOf = (world: World, stream: string) => world.client.getStreamMetadata(world.nameOf(stream))

const truncation: ReadonlyArray<Step> = [
  [
    'metadata of none',
    async (world) => {
      const { metadata, metastreamRevision } = await metadataOf(world, 'none')
      return [metadata ?? null, metastreamRevision ?? null]
    },
  ],
  [
    'set maxCount',
    async (world) => {
      const set = await world.client.setStreamMetadata(world.nameOf('a'), { maxCount: 2, custom: 'v' })
      return [big(set.nextExpectedRevision)]
    },
  ],
  [
    'get',
    async (world) => {
      const { metadata, metastreamRevision } = await metadataOf(world, 'a')
      return [metadata, positionWord(metastreamRevision)]
    },
  ],
  ['read truncated', (world) => revisions(readOf(world, 'a'))],
  [
    'read fwd from 0 of truncated max 1',
    (world) => revisions(readOf(world, 'a', { fromRevision: 0n, maxCount: 1 })),
  ],
  [
    'truncated still in $all',
    async (world) =>
      (await all(world.client.readAll({ fromPosition: placeOf(world, 'before') }))).filter(
        ({ event: read }) => read?.streamId === world.nameOf('a'),
      ).length,
  ],
]

const deleted = (world: World, stream: string, expectedRevision: 'any' | 'no_stream' | bigint) =>
  told(
    world.client
      .deleteStream(world.nameOf(stream), { expectedRevision })
      .then(({ position }) => (position === undefined ? undefined : 'pos')),
  )
const tombstoned = (world: World, stream: string) =>
  told(
    world.client
      .tombstoneStream(world.nameOf(stream))
      .then(({ position }) => (position === undefined ? undefined : 'pos')),
  )

const deletion: ReadonlyArray<Step> = [
  ['delete wrong', (world) => deleted(world, 'a', 1n)],
  ['delete missing any', (world) => deleted(world, 'gone1', 'any')],
  ['delete missing no_stream', (world) => deleted(world, 'gone2', 'no_stream')],
  ['delete ok', (world) => deleted(world, 'a', 6n)],
  ['read deleted', (world) => revisions(readOf(world, 'a'))],
  ['metadata after delete', async (world) => (await metadataOf(world, 'a')).metadata],
  ['exists on soft-deleted', (world) => appended(append(world, 'a', [['T']], 'stream_exists'))],
  ['delete again', (world) => deleted(world, 'a', 'any')],
  [
    'recreate no_stream',
    async (world) => {
      const result = await append(world, 'a', [['Tre']], 'no_stream')
      const lastBefore = 6n
      return [await appended(Promise.resolve(result)), big(result.nextExpectedRevision - lastBefore)]
    },
  ],
  ['metadata after recreate', async (world) => (await metadataOf(world, 'a')).metadata],
  ['read recreated', async (world) => (await all(readOf(world, 'a'))).length],
  [
    'sub stream then tombstone',
    async (world) => {
      const following = streamFollowed(world, 'a')
      await following.until(1)
      await world.client.tombstoneStream(world.nameOf('a'))
      return following.failed()
    },
  ],
  ['read tombstoned', (world) => revisions(readOf(world, 'a'))],
  ['append tombstoned', (world) => appended(append(world, 'a', [['T']], 'any'))],
  ['tombstone again', (world) => tombstoned(world, 'a')],
  ['sub tombstoned', (world) => streamFollowed(world, 'a').failed()],
  ['metadata of tombstoned', (world) => told(metadataOf(world, 'a'))],
  ['tombstone missing any', (world) => tombstoned(world, 'gone3')],
  [
    'tombstone event in $all',
    async (world) =>
      (await all(world.client.readAll({ fromPosition: placeOf(world, 'before') })))
        .filter(({ event: read }) => read?.streamId === world.nameOf('a') && read.type.startsWith('$'))
        .map(({ event: read }) => [read?.type, big(read?.revision)]),
  ],
]

const mib = 1024 * 1024
const sized = (world: World, stream: string, sizes: ReadonlyArray<number>) =>
  appended(
    world.client.appendToStream(
      world.nameOf(stream),
      sizes.map((size) => bytes('Tbig', Buffer.alloc(size, 'x'))),
    ),
  )

const oddities: ReadonlyArray<Step> = [
  ['append > 1 MiB', (world) => sized(world, 'big1', [mib])],
  ['append just under', (world) => sized(world, 'big2', [mib - 2 * 'Tbig'.length - 5])],
  ['append 3 x 400 kB', (world) => sized(world, 'big3', [400_000, 400_000, 400_000])],
  [
    'write links',
    (world) => {
      const targets = [`0@${world.nameOf('i')}`, `5@${world.nameOf('a')}`, `0@${world.nameOf('never')}`]
      const links = targets.map((target) => bytes('$>', Buffer.from(target)))
      return appended(world.client.appendToStream(world.nameOf('links'), links))
    },
  ],
  [
    'read links unresolved',
    async (world) =>
      (await all(readOf(world, 'links'))).map(({ event: read, link }) => [read?.type, link !== undefined]),
  ],
  [
    'read links resolved',
    async (world) =>
      (await all(readOf(world, 'links', { resolveLinkTos: true }))).map(
        ({ event: read, link, commitPosition }) => [
          read?.streamId ?? null,
          big(read?.revision) ?? null,
          big(link?.revision),
          positionWord(commitPosition),
        ],
      ),
  ],
  [
    'binary + no metadata',
    async (world) => {
      await world.client.appendToStream(world.nameOf('bin'), bytes('Tbin', Uint8Array.from([1, 2, 255])))
      const read = (await all(readOf(world, 'bin')))[0]?.event
      if (read === undefined || read.isJson) return 'no binary event'
      return [
        read.isJson,
        [...read.data],
        read.data instanceof Uint8Array,
        read.metadata === undefined,
        Math.abs(read.created.getTime() - Date.now()) < 60_000,
      ]
    },
  ],
  [
    'uppercase event id comes back',
    async (world) => {
      const id = world.idOf('upper')
      await append(world, 'up', [['T', id.toUpperCase()]], 'any')
      return (await all(readOf(world, 'up')))[0]?.event?.id === id
    },
  ],
  ['non-uuid event id', (world) => appended(append(world, 'odd', [['T', 'not-a-uuid']], 'any'))],
  ['empty event type', (world) => appended(append(world, 'odd', [['']], 'any'))],
  [
    'stream name with unicode/slash/space',
    async (world) => {
      await append(world, 'ä/b c', [['T']], 'any')
      return (await all(readOf(world, 'ä/b c'))).length
    },
  ],
  [
    'append to $sys-prefixed stream',
    async (world) => (await world.client.appendToStream(`$${world.prefix}-sys`, event('T'))).success,
  ],
  ['user event type with $', (world) => appended(append(world, 'dollar', [['$T']], 'any'))],
]

export const steps: ReadonlyArray<Step> = [
  ...appending,
  ...reading,
  ...idempotency,
  ...log,
  ...following,
  ...truncation,
  ...deletion,
  ...oddities,
]
