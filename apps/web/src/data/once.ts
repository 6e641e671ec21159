/**
 * Gives an idempotency key to each request: the same for the same content, so that a retry after a lost reply is carried
 * out once; another for another content, which is another request.
 */
export const createOnce = (newId: () => string): ((content: string) => string) => {
  let last: { readonly content: string; readonly id: string } | undefined
  return (content) => {
    if (last?.content !== content) last = { content, id: newId() }
    return last.id
  }
}
