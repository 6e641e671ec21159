import { openKeys, type Keys } from '@detrics/keys'
import { openSqliteAuditTrailStore, openSqliteEventStore } from '@detrics/keys-adapters/sqlite'
import { activeKeys, activeKeysReader, catchUpTrail, type ActiveKeys } from '@detrics/keys-projections'
import { idPartOf, type KeyId } from '@detrics/keys-domain'
import { afterAll, expect, test } from '@jest/globals'
import Database from 'better-sqlite3'
import * as E from 'fp-ts/lib/Either.js'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root, temporaryFolder } from '../support/processes.js'
import { seed, seededRandom } from '../support/random.js'

const silent = { onApplied: () => undefined, onRewound: () => undefined }

const kills = 55
const haltedKills = 20
const workspaceId = 'ledger'

const folder = temporaryFolder()
const file = join(folder.path, 'keys.sqlite')
afterAll(() => {
  folder.remove()
})

const rightOf = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

/** What was acknowledged, kept outside of the process that is killed. */
interface Ledger {
  readonly secrets: Map<string, string>
  readonly revoked: Set<string>
}

interface Halted {
  readonly type: string
  readonly keyId: string
}

type Told = {
  created?: string
  secret?: string
  revoked?: string
  halted?: boolean
  type?: string
  keyId?: string
}

/** Runs the writer, kills it, and resolves with where it had halted, if it had. */
const writeAndKill = (ledger: Ledger, plan: { readonly haltAfter: number; readonly killAfter: number }) =>
  new Promise<Halted | undefined>((resolve) => {
    const child = spawn(process.execPath, [join(root, 'test/support/writer.mjs')], {
      env: { FILE: file, WORKSPACE: workspaceId, HALT_AFTER: String(plan.haltAfter) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = 0
    let halted: Halted | undefined
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      const { created, secret, revoked, ...rest } = JSON.parse(line) as Told
      if (created !== undefined && secret !== undefined) ledger.secrets.set(created, secret)
      if (revoked !== undefined) ledger.revoked.add(revoked)
      if (rest.halted === true) halted = { type: rest.type ?? '', keyId: rest.keyId ?? '' }
      told += 1
      if (rest.halted === true || told === plan.killAfter) child.kill('SIGKILL')
    })
    // `close` comes after all that was printed has been read: the ledger holds every acknowledgement.
    lines.on('close', () => {
      resolve(halted)
    })
  })

/** What the ledger says and the store does not. */
const missing = async (
  keys: Keys,
  ledger: Ledger,
  of: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> => {
  const wrong: string[] = []
  for (const keyId of of) {
    const wanted = ledger.revoked.has(keyId) ? 'Refused revoked' : 'Active'
    const verdict = await keys.verify(ledger.secrets.get(keyId) ?? '', { action: 'audit' })()
    const got = verdict._tag === 'Refused' ? `Refused ${verdict.reason}` : verdict._tag
    // A revocation that was committed and not acknowledged is no contradiction: the reply was lost, not the event.
    if (got !== wanted && !(wanted === 'Active' && got === 'Refused revoked')) wrong.push(`${keyId}: ${got}`)
  }
  return wrong
}

/** A lookup as bytes, for the keys given. */
const bytesOf = (table: ActiveKeys, keyIds: ReadonlyArray<string>): string =>
  keyIds
    .map((keyId) => JSON.stringify([table.find(idPartOf(keyId as KeyId)), table.size()], replacer))
    .join('\n')

const replacer = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' || typeof value === 'number' ? String(value) : value

/** Every row of every table of a read model, as text. */
const dump = (path: string): string => {
  const database = new Database(path, { readonly: true })
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .all() as ReadonlyArray<{ readonly name: string }>
  const rows = tables.map(({ name }) => [name, database.prepare(`SELECT * FROM "${name}"`).all()])
  database.close()
  return JSON.stringify(rows, replacer)
}

test('what was acknowledged is there after a kill, and the projections equal a rebuild from the log', async () => {
  const random = seededRandom(seed)
  const ledger: Ledger = { secrets: new Map(), revoked: new Set() }
  const log = rightOf(await openSqliteEventStore({ file })())
  const table = activeKeys()
  const reader = activeKeysReader(log, table, silent)
  let between = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const isHalting = kill < haltedKills
    const known = new Set(ledger.secrets.keys())
    const halted = await writeAndKill(ledger, {
      haltAfter: isHalting ? 1 + Math.floor(random() * 10) : 0,
      killAfter: isHalting ? 0 : 1 + Math.floor(random() * 30),
    })
    rightOf(await reader.catchUp())
    const keys = rightOf(await openKeys({ store: `sqlite:${file}`, activeKeysMax: 100_000 })())
    const ofThisRun = Array.from(ledger.secrets.keys()).filter((keyId) => !known.has(keyId))
    expect(await missing(keys, ledger, ofThisRun)).toEqual([])
    // The commit whose reply never came counts only if it is in the log and not in the ledger.
    if (halted !== undefined && (await isCommitted(keys, halted)) && !isAcknowledged(ledger, halted))
      between += 1
    await keys.close()
  }

  const keys = rightOf(await openKeys({ store: `sqlite:${file}`, activeKeysMax: 100_000 })())
  const all = Array.from(ledger.secrets.keys())
  expect(await missing(keys, ledger, all)).toEqual([])
  rightOf(await keys.activity({ workspaceId })())
  await keys.close()
  console.log(
    `seed ${seed}: ${kills} kills, ${between} of them between commit and reply; ` +
      `${all.length} acknowledged keys and ${ledger.revoked.size} acknowledged revocations are all there`,
  )
  expect(between).toBeGreaterThanOrEqual(15)

  rightOf(await reader.catchUp())
  const rebuilt = activeKeys()
  rightOf(await activeKeysReader(log, rebuilt, silent).catchUp())
  expect(bytesOf(table, all)).toBe(bytesOf(rebuilt, all))

  const rebuiltFile = join(folder.path, 'rebuilt.activity')
  const trail = rightOf(await openSqliteAuditTrailStore({ file: rebuiltFile })())
  const logId = logIdOf(`${file}.activity`)
  rightOf(await catchUpTrail(log, trail, logId)())
  await trail.close()
  await log.close()
  expect(dump(`${file}.activity`)).toBe(dump(rebuiltFile))
  // The comparison can fail: one line less is another dump.
  const database = new Database(rebuiltFile)
  database.exec('DELETE FROM lines WHERE sequence = (SELECT max(sequence) FROM lines)')
  database.close()
  expect(dump(`${file}.activity`)).not.toBe(dump(rebuiltFile))
}, 180_000)

const isCommitted = async (keys: Keys, { type, keyId }: Halted): Promise<boolean> => {
  const key = await keys.get({ workspaceId, keyId })()
  return E.isRight(key) && (type !== 'KeyRevoked' || key.right.status === 'revoked')
}

const isAcknowledged = (ledger: Ledger, { type, keyId }: Halted): boolean =>
  type === 'KeyRevoked' ? ledger.revoked.has(keyId) : ledger.secrets.has(keyId)

const logIdOf = (trailFile: string): string => {
  const database = new Database(trailFile, { readonly: true })
  const { log_id } = database.prepare('SELECT log_id FROM checkpoint').get() as { readonly log_id: string }
  database.close()
  return log_id
}
