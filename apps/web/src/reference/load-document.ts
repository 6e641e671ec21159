import type { OpenApi } from './openapi.js'

/** The description of the API by the API; undefined when it cannot be had. */
export const loadDocument = async (signal: AbortSignal): Promise<OpenApi | undefined> => {
  try {
    const reply = await fetch('/v1/openapi.json', { signal, headers: { accept: 'application/json' } })
    const document: unknown = reply.ok ? await reply.json() : undefined
    return isOpenApi(document) ? document : undefined
  } catch {
    return undefined
  }
}

const isOpenApi = (input: unknown): input is OpenApi => {
  const { info, paths, components } = (input ?? {}) as Partial<Record<keyof OpenApi, unknown>>
  return [info, paths, components].every((part) => typeof part === 'object' && part !== null)
}
