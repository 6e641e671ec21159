import type { Pass } from './gate.js'
import { unauthorized } from './replies.js'

/**
 * Carries out a request that passed the gate and gives its answer only while the key lives: an answer that is not
 * out yet becomes 401, a stream that is open ends, and nothing is read from it any more.
 */
export const whileActive = async (
  passed: Pass,
  serve: (passed: Pass) => Promise<Response>,
): Promise<Response> => {
  const { watch } = passed
  try {
    const response = await serve(passed)
    if (watch.signal.aborted) {
      await response.body?.cancel()
      watch.release()
      return unauthorized()
    }
    if (response.body === null || !isStream(response)) {
      watch.release()
      return response
    }
    const { status, headers } = response
    return new Response(untilEnded(response.body, passed), { status, headers })
  } catch (fault) {
    watch.release()
    if (watch.signal.aborted) return unauthorized()
    throw fault
  }
}

const isStream = (response: Response): boolean =>
  response.headers.get('content-type')?.startsWith('text/event-stream') ?? false

const untilEnded = (body: ReadableStream<Uint8Array>, { watch }: Pass): ReadableStream<Uint8Array> => {
  const reader = body.getReader()
  const end = (): void => {
    watch.release()
    void reader.cancel().catch(() => undefined)
  }
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        watch.signal.addEventListener(
          'abort',
          () => {
            end()
            closeQuietly(controller)
          },
          { once: true },
        )
      },
      pull: async (controller) => {
        const { done, value } = await reader.read()
        if (done || watch.signal.aborted) {
          end()
          closeQuietly(controller)
        } else controller.enqueue(value)
      },
      cancel: end,
    },
    // Nothing is read ahead of the receiver, so that nothing waits here that a revocation would have to take back.
    { highWaterMark: 0 },
  )
}

/** A stream may be ended by its source and by the key in the same moment; the second close is no fault. */
const closeQuietly = (controller: ReadableStreamDefaultController): void => {
  try {
    controller.close()
  } catch {
    // Closed already.
  }
}
