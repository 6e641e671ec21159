/** The page. */
export const pagePath = '/mcp/api-keys'

const lengthMax = 2_000
/** From one slash on, nothing in it that a browser reads as another host: no second slash, backslash or control character. */
const ownPath = /^\/(?![/\\])[^\\\p{C}]*$/u

/**
 * Where a member goes after the sign-in: a path here, or the page. As a whole address, because a path may still begin
 * with two slashes when its dots are resolved; and nothing under `/auth`, where it would begin anew.
 */
export const returnAddress = (publicUrl: string, returnTo: unknown): string => {
  const page = `${publicUrl}${pagePath}`
  if (typeof returnTo !== 'string' || returnTo.length > lengthMax || !ownPath.test(returnTo)) return page
  if (!URL.canParse(returnTo, publicUrl)) return page
  const { origin, pathname, href } = new URL(returnTo, publicUrl)
  return origin === publicUrl && !/^\/+auth(?:\/|$)/i.test(pathname) ? href : page
}
