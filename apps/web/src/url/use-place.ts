import { useSyncExternalStore } from 'react'
import { queryOf, readPlace, type Place } from './place.js'

const listeners = new Set<() => void>()
let query = ''
let place: Place = { view: { name: 'keys' } }

const changed = (): void => {
  if (query !== window.location.search) {
    query = window.location.search
    place = readPlace(query)
  }
  for (const listener of listeners) listener()
}

/** Reads the address for the first time, and takes out of it what is nobody's: it may hold what was pasted there. */
export const openAddress = (): void => {
  changed()
  if (queryOf(place) !== window.location.search || window.location.hash !== '') navigate(place, 'replace')
  window.addEventListener('popstate', changed)
}

/** Goes to a place: an entry of its own in the history, or in place of the present one. */
export const navigate = (to: Place, how: 'push' | 'replace' = 'push'): void => {
  const address = window.location.pathname + queryOf(to)
  if (how === 'replace') window.history.replaceState(null, '', address)
  else if (queryOf(to) !== window.location.search) window.history.pushState(null, '', address)
  changed()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where the person is. */
export const usePlace = (): Place => useSyncExternalStore(subscribe, () => place)
