import * as E from 'fp-ts/lib/Either.js'
import { explain } from './fault.js'
import type { Fault } from './fault.js'
import { migrationLock } from './log-schema.js'
import type { Rows, Session } from './session.js'
import type { Target } from './target.js'
import { dropTrail, makeTrail, trailTableNames, trailVersion } from './trail-schema.js'
import { openTrailSession } from './trail-session.js'

/** Makes the tables of this version, drops those of an older one, or says why it cannot. */
export const prepareTrail = async (target: Target): Promise<E.Either<string, void>> => {
  const session = await openTrailSession(target)
  if (E.isLeft(session)) return E.left(explain(session.left.code))
  try {
    return await prepare(session.right, target.schema)
  } finally {
    await session.right.close()
  }
}

/**
 * Whoever makes a log in this database holds the same lock, so that schema and tables are made once. On the disk before
 * it is answered: tables that a crash took would be missed by whoever is connected.
 */
const begin = `BEGIN; SET LOCAL synchronous_commit = on; SELECT pg_advisory_xact_lock(${migrationLock})`

const prepare = async (session: Session, schema: string): Promise<E.Either<string, void>> => {
  const begun = await session.script(begin)
  if (E.isLeft(begun)) return refused(begun.left)
  const state = await stateOf(session, schema)
  if (E.isLeft(state)) return state
  // Where nothing is left to make, the transaction ends with its session.
  if (state.right === 'ready') return E.right(undefined)
  const drop = state.right === 'older' ? dropTrail(quoted(schema)) : ''
  const made = await session.script(`${makeSchema(schema)}${drop}${makeTrail(quoted(schema))}COMMIT;`)
  return E.isLeft(made) ? refused(made.left) : E.right(undefined)
}

/** A schema's name as it is written into statements; `target.ts` lets no other characters pass. */
export const quoted = (schema: string): string => `"${schema}"`

/** Only where there is none: who may not make schemas may still use one that was made for them. */
const makeSchema = (schema: string): string => `
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = '${schema}') THEN CREATE SCHEMA ${quoted(schema)}; END IF;
END $$;
`

const stateOf = async (
  session: Session,
  schema: string,
): Promise<E.Either<string, 'empty' | 'older' | 'ready'>> => {
  const names = trailTableNames.map((name) => `'${name}'`).join(', ')
  const tables = await session.script(
    `SELECT tablename FROM pg_tables WHERE schemaname = '${schema}' AND tablename IN (${names})`,
  )
  if (E.isLeft(tables)) return refused(tables.left)
  const found = firstColumn(tables.right)
  if (found.length === 0) return E.right('empty')
  if (!found.includes('trail_form'))
    return E.left(`the schema ${schema} holds tables of another kind, not an audit trail of Detrics Keys`)
  const versions = await session.script(`SELECT version FROM ${quoted(schema)}.trail_form`)
  if (E.isLeft(versions)) return refused(versions.left)
  const version = Number(firstColumn(versions.right)[0] ?? 0)
  if (version === trailVersion) return E.right('ready')
  return version > 0 && version < trailVersion ? E.right('older') : E.left(wrongVersion(schema, version))
}

const firstColumn = ([rows = []]: ReadonlyArray<Rows>): ReadonlyArray<string | null | undefined> =>
  rows.map(([value]) => value)

const refused = ({ code }: Fault): E.Either<string, never> => E.left(explain(code))

const wrongVersion = (schema: string, version: number): string => {
  const age = version > trailVersion ? 'a newer version of this program; use that one' : 'an unknown version'
  return `the audit trail in the schema ${schema} was written by ${age} (form ${version}, this program knows ${trailVersion})`
}
