/** `npm start`: set-up, then the API and the MCP server as two processes over one store, until Ctrl-C. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root, setUp } from './setup.mjs'

setUp(['apps/api', 'apps/mcp'])

const { readSettings, storeName } = await import('../packages/keys/dist/index.js')
const settings = readSettings(process.env)
if (settings._tag === 'Left') {
  for (const { name, problem } of settings.left) process.stderr.write(`${name}: ${problem}\n`)
  process.exit(78)
}
const { dataFolder, store } = settings.right
if (store === 'memory:') {
  process.stderr.write(
    'DETRICS_STORE: `memory:` cannot be shared by the two processes of `npm start`; use one of the other stores.\n',
  )
  process.exit(78)
}

const stopMsMax = 10_000
const children = []
let isStopping = false

/** Ends both processes and this one; whoever does not end by itself in time is killed. */
const stop = (code) => {
  if (isStopping) return
  isStopping = true
  process.exitCode = code
  for (const child of children) child.kill('SIGTERM')
  setTimeout(() => {
    for (const child of children) child.kill('SIGKILL')
  }, stopMsMax).unref()
}
process.on('SIGINT', () => stop(0))
process.on('SIGTERM', () => stop(0))
process.on('SIGHUP', () => stop(0))

/** Starts an app and resolves with its address once it listens. What it prints besides goes through. */
const startApp = (name, more = {}) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, 'apps', name, 'dist', 'main.js')], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, DETRICS_DATA: dataFolder, ...more },
    })
    children.push(child)
    child.on('exit', (code, signal) => {
      if (!isStopping) process.stderr.write(`The ${name} process has ended (${signal ?? code}); stopping.\n`)
      stop(code ?? 1)
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = parsed(line)
      if (message?.event === 'listening') resolve(message.url)
      else process.stdout.write(`${line}\n`)
    })
  })

const parsed = (line) => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

// The page shows the commands that add the server to an agent, so the API is told where the server is.
const mcp = await startApp('mcp')
const api = await startApp('api', { DETRICS_PUBLIC_MCP_URL: process.env.DETRICS_PUBLIC_MCP_URL ?? mcp })

process.stdout.write(`
Detrics Keys is running; Ctrl-C stops it.

  Page  ${api}/mcp/api-keys
  API   ${api}/v1   (described at ${api}/docs)
  MCP   ${mcp}
  Data  ${storeName(store)}   (a second start finds it again)

Make a key on the page, or in the terminal. Its secret is in this one reply and nowhere else:

  curl -sS ${api}/v1/workspaces/demo-a/keys -H 'content-type: application/json' -d '{"name":"Work laptop"}'

Put the secret into the environment, without leaving it in the shell's history …

  read -rs DETRICS_API_KEY && export DETRICS_API_KEY

… and add the MCP server to your agent:

  Claude Code   claude mcp add --transport http detrics ${mcp} --header "Authorization: Bearer $DETRICS_API_KEY"
  Codex         codex mcp add detrics --url ${mcp} --bearer-token-env-var DETRICS_API_KEY

The same for agents that start their servers as programs (stdio):

  Claude Code   claude mcp add detrics -e DETRICS_API_KEY="$DETRICS_API_KEY" -e DETRICS_MCP_URL=${mcp} -- node ${join(root, 'apps/mcp/dist/bridge.js')}
  Codex         codex mcp add detrics --env DETRICS_API_KEY="$DETRICS_API_KEY" --env DETRICS_MCP_URL=${mcp} -- node ${join(root, 'apps/mcp/dist/bridge.js')}

See what was done with the keys of a workspace:

  curl -sS ${api}/v1/workspaces/demo-a/activity
`)
