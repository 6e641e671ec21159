/** Gossip.Read and ServerFeatures.GetSupportedMethods: what a client asks before it does anything. */
import { randomUUID } from 'node:crypto'
import { features, gossip, grpc, shared } from './stubs.mjs'

const { VNodeState } = gossip.MemberInfo
const stateOf = { leader: VNodeState.LEADER, follower: VNodeState.FOLLOWER }

/** @param {import('./double.mjs').Context} context */
export const gossipCall = (context) => (_call, callback) => {
  context.count('gossip')
  if (context.faults.isSilent) return
  const info = new gossip.ClusterInfo()
  for (const { host, port, role, isAlive } of context.members()) {
    const id = new shared.UUID()
    id.setString(randomUUID())
    const endPoint = new gossip.EndPoint()
    endPoint.setAddress(host)
    endPoint.setPort(port)
    const member = new gossip.MemberInfo()
    member.setInstanceId(id)
    member.setTimeStamp(String(Date.now()))
    member.setState(stateOf[role])
    member.setIsAlive(isAlive)
    member.setHttpEndPoint(endPoint)
    info.addMembers(member)
  }
  callback(null, info)
}

/** @param {import('./double.mjs').Context} context */
export const featuresCall = (context) => (_call, callback) => {
  context.count('features')
  const { faults, age } = context
  if (faults.featuresCode !== undefined)
    return callback({ code: faults.featuresCode, details: 'planned', metadata: new grpc.Metadata() })
  if (!age.hasBatchAppend)
    return callback({ code: grpc.status.UNIMPLEMENTED, details: '', metadata: new grpc.Metadata() })
  const answer = new features.SupportedMethods()
  answer.setEventStoreServerVersion(age.version)
  for (const name of ['append', 'batchappend', 'read', 'delete', 'tombstone']) {
    const method = new features.SupportedMethod()
    method.setServiceName('event_store.client.streams.streams')
    method.setMethodName(name)
    answer.addMethods(method)
  }
  return callback(null, answer)
}
