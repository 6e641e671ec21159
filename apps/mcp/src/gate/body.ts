/** The largest request body that is read, in bytes. */
export const bodyBytesMax = 65_536

export type Body =
  | { readonly _tag: 'Json'; readonly text: string; readonly value: unknown }
  | { readonly _tag: 'NotJson' }
  | { readonly _tag: 'TooLarge' }

/** Reads a body once, and no further than the bound. */
export const readBody = async (request: Request): Promise<Body> => {
  if (Number(request.headers.get('content-length')) > bodyBytesMax) return { _tag: 'TooLarge' }
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > bodyBytesMax) return { _tag: 'TooLarge' }
    text += decoder.decode(chunk, { stream: true })
  }
  return parse(text + decoder.decode())
}

const parse = (text: string): Body => {
  try {
    return { _tag: 'Json', text, value: JSON.parse(text) as unknown }
  } catch {
    return { _tag: 'NotJson' }
  }
}
