/**
 * The double as a process of its own, which can be killed: `node server.mjs [file [replyDelayMs]]`. Prints its port as a
 * line of JSON, keeps its log in the file, if there is one, and waits so long between a commit and its reply.
 */
import { startDouble } from './double.mjs'

const [file, replyDelayMs] = process.argv.slice(2)
const { node, faults } = await startDouble({ file })
if (replyDelayMs !== undefined)
  faults.onStored = () => new Promise((resolve) => setTimeout(resolve, Number(replyDelayMs)))
process.stdout.write(`${JSON.stringify({ event: 'listening', port: node.port })}\n`)
process.on('SIGTERM', () => process.exit(0))
