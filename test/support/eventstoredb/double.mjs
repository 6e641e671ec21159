/**
 * A double of EventStoreDB for tests: it speaks the protocol over a real socket, to the real client, and keeps its log
 * in memory or in a file. What a server has answered to the same calls was recorded, and a test holds it to that.
 */
import { old, present } from './ages.mjs'
import * as answers from './answers.mjs'
import { createIdCache } from './expected.mjs'
import { createLog } from './log.mjs'
import { appendCall, batchAppendCall } from './rpc-append.mjs'
import { deleteCall, tombstoneCall } from './rpc-delete.mjs'
import { featuresCall, gossipCall } from './rpc-info.mjs'
import { read } from './rpc-read.mjs'
import { GossipService, ServerFeaturesService, StreamsService, grpc } from './stubs.mjs'

/**
 * What goes wrong; set in a running double.
 * @typedef {object} Faults
 * @property {Array<'answered' | 'not-stored' | 'stored'>} appends what becomes of the next appends: answered, dropped
 *   without a reply, or stored without a reply
 * @property {((request: { stream: string }) => unknown) | undefined} onStored awaited between the commit and its reply
 * @property {boolean} isNotReady every call is refused
 * @property {boolean} isSilent calls are taken and never answered, while the connection is kept alive
 * @property {number | undefined} featuresCode the status with which GetSupportedMethods fails
 * @property {number} lagRecords how many of the latest records a follower does not show yet
 */

/**
 * What the calls share.
 * @typedef {object} Context
 * @property {ReturnType<typeof createLog>} log
 * @property {ReturnType<typeof createIdCache>} idCache
 * @property {import('./ages.mjs').Age} age
 * @property {Faults} faults
 * @property {() => boolean} isLeader
 * @property {() => ReadonlyArray<{ host: string, port: number, role: string, isAlive: boolean }>} members
 * @property {(call: string, times?: number) => void} count
 * @property {(call: any) => void} track
 * @property {(call: any) => object | undefined} refusalOf
 * @property {Set<{ fail: (failure: object) => void, finish: () => void }>} subscriptions
 * @property {Set<any>} batchCalls
 * @property {number} appendBytesMax
 * @property {number} eventBytesMax
 */

const host = '127.0.0.1'
const appendBytesMaxDefault = 1024 * 1024
const messageBytesMax = 17 * 1024 * 1024

const noFaults = () => ({
  appends: [],
  onStored: undefined,
  isNotReady: false,
  isSilent: false,
  featuresCode: undefined,
  lagRecords: 0,
})

/**
 * @param {{ file?: string, port?: number, age?: 'present' | 'old', appendBytesMax?: number, eventBytesMax?: number,
 *   log?: ReturnType<typeof createLog>, role?: 'leader' | 'follower',
 *   members?: () => ReadonlyArray<{ host: string, port: number, role: string, isAlive: boolean }> }} options
 */
export const startDouble = async (options = {}) => {
  const { file, age = 'present', log = createLog({ file }) } = options
  const node = { host, port: options.port ?? 0, role: options.role ?? 'leader', isAlive: true }
  const faults = noFaults()
  const counts = new Map()
  const openReads = new Set()
  const members = options.members ?? (() => [node])
  /** @type {Context} */
  const context = {
    log,
    idCache: createIdCache(),
    age: age === 'old' ? old : present,
    faults,
    isLeader: () => node.role === 'leader',
    members,
    count: (call, times = 1) => counts.set(call, (counts.get(call) ?? 0) + times),
    track: (call) => {
      openReads.add(call)
      for (const event of ['finish', 'cancelled', 'error']) call.once(event, () => openReads.delete(call))
    },
    refusalOf: (call) => {
      if (faults.isNotReady) return answers.notReady()
      const needsLeader = call.metadata.get('requires-leader')[0] === 'true'
      if (!needsLeader || node.role === 'leader') return undefined
      return answers.notLeader(members().find(({ role }) => role === 'leader') ?? node)
    },
    subscriptions: new Set(),
    batchCalls: new Set(),
    appendBytesMax: options.appendBytesMax ?? appendBytesMaxDefault,
    eventBytesMax: options.eventBytesMax ?? Infinity,
  }

  let server = await listen(context, node)
  return {
    node,
    log,
    faults,
    /** How often a call was made, by its name. */
    count: (call) => counts.get(call) ?? 0,
    openReads: () => openReads.size,
    subscriptions: () => context.subscriptions.size,
    url: (parameters = '') => `esdb://${host}:${node.port}?tls=false${parameters}`,
    /** Ends every subscription: with an error of this code, or as if it were complete. */
    dropSubscriptions: (code) => {
      for (const subscription of Array.from(context.subscriptions))
        if (code === undefined) subscription.finish()
        else subscription.fail({ code, details: 'planned', metadata: new grpc.Metadata() })
    },
    /** Ends every stream of batch appends without an error, which the client does not notice. */
    halfCloseBatches: () => {
      for (const call of context.batchCalls) call.end()
      context.batchCalls.clear()
    },
    /** Ends the server and every connection; the log stays. */
    stop: async () => {
      node.isAlive = false
      server.forceShutdown()
      openReads.clear()
      context.subscriptions.clear()
    },
    /** Listens again at the same port, with an empty cache of ids as after any restart. */
    start: async () => {
      context.idCache = createIdCache()
      server = await listen(context, node)
      node.isAlive = true
    },
  }
}

const listen = async (context, node) => {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': messageBytesMax })
  server.addService(StreamsService, {
    read: read(context),
    append: appendCall(context),
    batchAppend: batchAppendCall(context),
    delete: deleteCall(context),
    tombstone: tombstoneCall(context),
  })
  server.addService(GossipService, { read: gossipCall(context) })
  server.addService(ServerFeaturesService, { getSupportedMethods: featuresCall(context) })
  node.port = await new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${node.port}`, grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    )
  })
  return server
}
