import type { FastifyInstance } from 'fastify'
import * as E from 'fp-ts/lib/Either.js'

/** What Fastify's own parser lets through and we refuse; named like Fastify's own refusals. */
export type BodyFault = 'BODY_NOT_UTF8' | 'BODY_MEMBER_TWICE' | 'BODY_TOO_DEEP'

const depthMax = 32

/** Bodies are JSON, declared as such; any other type is refused by Fastify. */
export const readJsonOnly = (app: FastifyInstance): void => {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    const text = textOf(bytes)
    if (E.isLeft(text)) return done(refusal(text.left))
    const finish: typeof done = (error, value) => {
      const fault = error === null ? faultIn(text.right) : undefined
      done(fault === undefined ? error : refusal(fault), value)
    }
    return parse(request, text.right, finish)
  })
}

const refusal = (code: BodyFault): Error => Object.assign(new Error(code), { code })

const utf8 = new TextDecoder('utf-8', { fatal: true })

const textOf = (bytes: Buffer): E.Either<BodyFault, string> =>
  E.tryCatch(
    () => utf8.decode(bytes),
    () => 'BODY_NOT_UTF8',
  )

const tokens = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g

/**
 * Looks for what JSON allows and no honest client sends. Of a member that is there twice, two readers may see different
 * ones. `json` has been parsed already, so a string before a colon is the name of a member.
 */
const faultIn = (json: string): BodyFault | undefined => {
  const names: Set<string>[] = []
  for (const [token, text, colon] of json.matchAll(tokens)) {
    if (token === '{' || token === '[') names.push(new Set())
    if (token === '}' || token === ']') names.pop()
    if (names.length > depthMax) return 'BODY_TOO_DEEP'
    if (text !== undefined && colon !== undefined && !isNew(text, names.at(-1))) return 'BODY_MEMBER_TWICE'
  }
  return undefined
}

/** Adds a name to those of its object. Two ways to write it, with and without escapes, are one name. */
const isNew = (text: string, names: Set<string> = new Set()): boolean => {
  const before = names.size
  return names.add(JSON.parse(text) as string).size > before
}
