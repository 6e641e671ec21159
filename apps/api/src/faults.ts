import type { FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import type { BodyFault } from './json-body.js'
import { problem, problemTable, type ProblemCode } from '@detrics/keys-client/contract'
import { everyReply } from './replies.js'

/** What Fastify refuses by itself, and what we refuse while Fastify reads a body, in our words. */
const refusals: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_http',
  // The client went away in the middle of its body: nobody reads the answer.
  ECONNRESET: 'malformed_http',
  ...({
    BODY_NOT_UTF8: 'invalid_json',
    BODY_MEMBER_TWICE: 'invalid_json',
    BODY_TOO_DEEP: 'body_too_deep',
  } satisfies Record<BodyFault, ProblemCode>),
}

/** An exception is a defect of ours, unless it is a way of refusing a request. */
export const faultCode = (error: unknown, request: FastifyRequest): ProblemCode => {
  const code = codeOfFault(error)
  const known = code === undefined ? undefined : refusals[code]
  if (known !== undefined) return known
  request.log.error(
    { event: 'internal_error', route: request.routeOptions.url, err: error },
    'The request was answered with internal_error.',
  )
  return 'internal_error'
}

/** The code by which Node and Fastify tell their errors apart. Not every one of these is an instance of our Error. */
export const codeOfFault = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined

const clientFaults: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** Answers what could not be read as HTTP; there is no request yet, so the reply is written by hand. */
export const answerUnreadable = ({ code }: NodeJS.ErrnoException, socket: Socket): void => {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const shown = problem(clientFaults[code ?? ''] ?? 'malformed_http')
  const body = JSON.stringify(shown)
  const head = [
    `HTTP/1.1 ${shown.status} ${problemTable[shown.code][1]}`,
    'Content-Type: application/problem+json',
    ...Object.entries(everyReply).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
