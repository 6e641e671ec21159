/**
 * `__Host-`: the browser takes the cookie only over a protected connection or from this machine, for this host and no
 * other, so that no neighbour under the same domain can plant one.
 */
export const sessionCookie = '__Host-detrics-session'
export const loginCookie = '__Host-detrics-login'

/**
 * `Lax`, since a member comes back from the provider by links of another site, on which a `Strict` cookie stays away:
 * the callback would not know the browser, nor the page the session. What `Lax` lets through besides are requests that
 * change nothing; of the others the Origin is looked at.
 */
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'

/** A cookie until the browser is closed, or for so many seconds. */
export const setCookie = (name: string, value: string, secondsMax?: number): string =>
  `${name}=${value}; ${attributes}${secondsMax === undefined ? '' : `; Max-Age=${secondsMax}`}`

export const clearedCookie = (name: string): string => setCookie(name, '', 0)

/** The value of a cookie of ours, whose values need no decoding; undefined is none. */
export const readCookie = (header: string | undefined, name: string): string | undefined => {
  const pairs = header?.split(';').map((pair) => pair.trim()) ?? []
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
  return value === '' ? undefined : value
}
