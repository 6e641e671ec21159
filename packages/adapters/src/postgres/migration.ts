import { randomUUID } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { appendFunctions } from './append-functions.js'
import { explain } from './fault.js'
import { logTables, logVersion, migrationLock, sharedSchema, sharedTables } from './log-schema.js'
import { wrongVersion } from './log-session.js'
import { openSession } from './session.js'
import type { Row, Session } from './session.js'
import type { Target } from './target.js'

/** What may happen when another process makes the same things at the same moment: then all is looked at again. */
const madeByAnother = ['42P06', '42P07', '23505']
const attemptsMax = 3

/** Sees to it that the log is there and of this program's form; left with a reason where it cannot be. */
export const prepareLog = async (target: Target): Promise<E.Either<string, void>> => {
  const opened = await openSession(target, { purpose: 'opening' })
  if (E.isLeft(opened)) return E.left(explain(opened.left.code))
  const session = opened.right
  try {
    for (let attempt = 1; ; attempt++) {
      const prepared = await prepare(session, target)
      if (E.isRight(prepared)) return prepared
      const again = madeByAnother.includes(prepared.left) && attempt < attemptsMax
      if (!again) return E.left(explain(prepared.left))
    }
  } finally {
    await session.close()
  }
}

const prepare = async (session: Session, target: Target): Promise<E.Either<string, void>> => {
  // Looked at without a lock first: mostly all is there, and who may not make anything may still use it.
  const found = await lookAt(session, target)
  if (E.isLeft(found)) return found
  if (found.right === 'ready') return E.right(undefined)
  const begun = await ask(session, `BEGIN; SELECT pg_advisory_xact_lock(${migrationLock})`)
  if (E.isLeft(begun)) return begun
  const made = await make(session, target)
  const ended = await ask(session, E.isRight(made) ? 'COMMIT' : 'ROLLBACK')
  return E.isLeft(made) ? made : E.map(() => undefined)(ended)
}

/** Looks once more, because now no other process makes anything. */
const make = async (session: Session, target: Target): Promise<E.Either<string, Row>> => {
  const found = await lookAt(session, target)
  if (E.isLeft(found)) return found
  const shared = await ask(session, `SELECT to_regclass('${sharedSchema}.lock_namespaces')`)
  if (E.isLeft(shared)) return shared
  const sharedCreation = shared.right[0] === null ? `CREATE SCHEMA ${sharedSchema}; ${sharedTables}` : ''
  const { schema } = target
  const pieces = {
    ready: '',
    // A log that was restored into this database has no number here yet.
    unnumbered: numbering(schema),
    missing: `${creation(schema)}${numbering(schema)}`,
  }
  return ask(session, `${sharedCreation}${pieces[found.right]}; SELECT 1`)
}

const creation = (schema: string): string => `
DO $$ BEGIN IF to_regnamespace('${schema}') IS NULL THEN CREATE SCHEMA ${schema}; END IF; END $$;
${logTables(schema)}${appendFunctions(schema)}
INSERT INTO ${schema}.log_form (version, log) VALUES (${logVersion}, '${randomUUID()}');
`

const numbering = (schema: string): string =>
  `INSERT INTO ${sharedSchema}.lock_namespaces (log) SELECT log FROM ${schema}.log_form ON CONFLICT DO NOTHING;`

type Found = 'ready' | 'unnumbered' | 'missing'

const lookAt = async (session: Session, { schema }: Target): Promise<E.Either<string, Found>> => {
  const tables = await ask(
    session,
    `SELECT to_regclass('${schema}.log_form'), to_regclass('${schema}.events'),
      to_regclass('${sharedSchema}.lock_namespaces')`,
  )
  if (E.isLeft(tables)) return tables
  const [form, events, namespaces] = tables.right
  if (form === null && events === null) return E.right('missing')
  if (form === null)
    return E.left(`the schema ${schema} holds tables of another kind, not a log of Detrics Keys`)
  const version = await ask(session, `SELECT version FROM ${schema}.log_form`)
  if (E.isLeft(version)) return version
  if (Number(version.right[0]) !== logVersion) return E.left(wrongVersion(schema, Number(version.right[0])))
  if (namespaces === null) return E.right('unnumbered')
  const number = await ask(
    session,
    `SELECT number FROM ${sharedSchema}.lock_namespaces WHERE log = (SELECT log FROM ${schema}.log_form)`,
  )
  return E.map((row: Row): Found => (row.length === 1 ? 'ready' : 'unnumbered'))(number)
}

/** The first row of the last answer, without columns if there is none; left with the code of the fault. */
const ask = async (session: Session, text: string): Promise<E.Either<string, Row>> => {
  const answers = await session.script(text)
  return E.isLeft(answers) ? E.left(answers.left.code) : E.right(answers.right.at(-1)?.[0] ?? [])
}
