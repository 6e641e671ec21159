import * as E from 'fp-ts/lib/Either.js'
import { unsent } from './fault.js'
import type { Fault } from './fault.js'
import { logVersion, sharedSchema } from './log-schema.js'
import type { LogFacts } from './mark.js'
import { openSession } from './session.js'
import type { Rows, Session, SessionOptions } from './session.js'
import type { Target } from './target.js'

/** A session on a log that is what it should be. */
export interface LogSession extends Session {
  readonly facts: LogFacts
}

/**
 * Opens a session and looks at the log once more: between two connections a backup may have been restored, or another
 * server may have taken the place of the one that was.
 */
export const openLogSession = async (
  target: Target,
  options: SessionOptions,
): Promise<E.Either<Fault, LogSession>> => {
  const session = await openSession(target, options)
  if (E.isLeft(session)) return session
  const answers = await session.right.script(factsText(target))
  const facts = E.isLeft(answers) ? E.left(unsent(answers.left.code)) : factsFrom(target, answers.right)
  if (E.isRight(facts)) return E.right({ ...session.right, facts: facts.right })
  await session.right.close()
  return facts
}

const factsText = ({ schema }: Target): string => `
SELECT version, (SELECT number FROM ${sharedSchema}.lock_namespaces n WHERE n.log = f.log),
  (SELECT oid FROM pg_database WHERE datname = current_database()),
  (SELECT coalesce(max(position), 0) <= (SELECT last_value FROM ${schema}.event_positions) FROM ${schema}.events),
  (SELECT seqcache FROM pg_sequence WHERE seqrelid = '${schema}.event_positions'::regclass),
  (SELECT bool_and(relpersistence = 'p') FROM pg_class
    WHERE oid IN ('${schema}.events'::regclass, '${schema}.event_positions'::regclass))
FROM ${schema}.log_form f`

const factsFrom = ({ schema }: Target, answers: ReadonlyArray<Rows>): E.Either<Fault, LogFacts> => {
  const [version, namespace, database, isSequenceAhead, cache, isLogged] = answers[0]?.[0] ?? []
  const reasons: ReadonlyArray<readonly [refused: boolean, reason: string]> = [
    [Number(version) !== logVersion, wrongVersion(schema, Number(version))],
    [typeof namespace !== 'string', `the log in the schema ${schema} has no number for its locks`],
    [
      isSequenceAhead !== 't',
      `the sequence of the log in the schema ${schema} stands behind its last event: it was restored without its sequences`,
    ],
    [
      cache !== '1',
      `the sequence of the log in the schema ${schema} caches positions, which would lose events`,
    ],
    [isLogged !== 't', `the log in the schema ${schema} is unlogged: a crash would empty it`],
  ]
  const refused = reasons.find(([isRefused]) => isRefused)
  return refused === undefined
    ? E.right({ namespace: Number(namespace), database: database ?? '' })
    : E.left(unsent(refused[1]))
}

export const wrongVersion = (schema: string, version: number): string => {
  const age = version > logVersion ? 'a newer version of this program; use that one' : 'an unknown version'
  return `the log in the schema ${schema} was written by ${age} (form ${version}, this program knows ${logVersion})`
}
