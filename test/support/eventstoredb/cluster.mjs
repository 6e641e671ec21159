/** Several nodes on one log, one of which leads. */
import { startDouble } from './double.mjs'
import { createLog } from './log.mjs'

/** @param {{ size: number }} options */
export const startCluster = async ({ size }) => {
  const log = createLog()
  const nodes = []
  const members = () => nodes.map(({ node }) => node)
  for (let index = 0; index < size; index += 1)
    nodes.push(await startDouble({ log, members, role: index === 0 ? 'leader' : 'follower' }))
  return {
    nodes,
    log,
    url: (parameters = '') =>
      `esdb://${members()
        .map(({ host, port }) => `${host}:${port}`)
        .join(',')}?tls=false${parameters}`,
    /** Makes another node the leader; the one that led before ends its subscriptions. */
    elect: (index) => {
      for (const [place, { node, dropSubscriptions }] of nodes.entries()) {
        if (node.role === 'leader' && place !== index) dropSubscriptions(1)
        node.role = place === index ? 'leader' : 'follower'
      }
    },
    stop: () => Promise.all(nodes.map(({ stop }) => stop())),
  }
}
