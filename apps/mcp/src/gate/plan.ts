import { containsKey, type UseContext } from '@detrics/keys'
import { readBody, type Body } from './body.js'
import { carriesKey, protocolHeadersCarryKey } from './key-search.js'
import { batchRefused, keyInRequest, notJson, tooLarge, type EchoedId } from './replies.js'
import { useOf, useOfMessage, type Sender } from './uses.js'

const messagesPerBatchMax = 20

/** Batches ended with this version of the protocol; a request that names no version is of 2025-03-26. */
const firstVersionWithoutBatches = '2025-06-18'

/** What a request asks for: which uses are to be verified, and what is answered once they are. */
export interface Plan {
  readonly uses: ReadonlyArray<UseContext>
  /** Present where the request is to be refused even with a good key. */
  readonly refusal?: Response
  readonly body?: Extract<Body, { _tag: 'Json' }>
}

/** Reads a request as far as it takes to know what its key is used for. */
export const planOf = async (request: Request, sender: Sender): Promise<Plan> => {
  const whole = [useOf(`${request.method} /mcp`, sender)]
  if (request.method !== 'POST')
    return protocolHeadersCarryKey(request.headers)
      ? { uses: whole, refusal: keyInRequest(null) }
      : { uses: whole }
  const body = await readBody(request)
  switch (body._tag) {
    case 'TooLarge':
      return { uses: whole, refusal: tooLarge() }
    case 'NotJson':
      return { uses: whole, refusal: notJson() }
    case 'Json':
      if (Array.isArray(body.value) && !batchAllowed(body.value, request.headers))
        return { uses: whole, refusal: batchRefused() }
      return planOfMessages(request.headers, body, sender)
  }
}

const planOfMessages = (headers: Headers, body: Extract<Body, { _tag: 'Json' }>, sender: Sender): Plan => {
  const messages: ReadonlyArray<unknown> = Array.isArray(body.value) ? body.value : [body.value]
  const uses = (messages.length === 0 ? [null] : messages).map((message) => useOfMessage(message, sender))
  // The text is searched too: of a name that stands twice in an object, only the last value survives the parsing.
  const hasKey = containsKey(body.text) || carriesKey(body.value) || protocolHeadersCarryKey(headers)
  return hasKey ? { uses, refusal: keyInRequest(echoableId(body.value)) } : { uses, body }
}

const batchAllowed = (messages: ReadonlyArray<unknown>, headers: Headers): boolean =>
  messages.length <= messagesPerBatchMax &&
  (headers.get('mcp-protocol-version') ?? '') < firstVersionWithoutBatches

const echoableId = (message: unknown): EchoedId => {
  const id: unknown =
    typeof message === 'object' && message !== null && 'id' in message ? message.id : undefined
  if (typeof id === 'number') return id
  return typeof id === 'string' && !containsKey(id) ? id : null
}
