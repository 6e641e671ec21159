import type { Asking } from '../principal.js'

/**
 * Whether a request that may change something comes from another page than ours, as browsers say in `Origin`. A cookie
 * goes along with requests of any page; so whoever relies on one must show where from, and `null` is from nowhere.
 */
export const isFromElsewhere = ({ method, headers }: Asking, publicUrl: string): boolean =>
  method !== 'GET' && method !== 'HEAD' && headers.origin !== publicUrl
