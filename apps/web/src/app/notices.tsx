import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'
import type { Place } from '../url/place.js'
import type { Sentence } from '../words/sentence.js'

/** What came of something the person did. It stays until it is put away, or until the next one. */
export interface Notice {
  readonly tone: 'good' | 'warning'
  readonly text: Sentence
  readonly next?: { readonly label: string; readonly place: Place }
}

interface Notices {
  readonly notice: Notice | undefined
  readonly say: (notice: Notice | undefined) => void
}

const NoticesContext = createContext<Notices>({ notice: undefined, say: () => undefined })

export const NoticesProvider = ({ children }: { readonly children: ReactNode }) => {
  const [notice, setNotice] = useState<Notice>()
  const say = useCallback((next: Notice | undefined) => setNotice(next), [])
  const notices = useMemo(() => ({ notice, say }), [notice, say])
  return <NoticesContext value={notices}>{children}</NoticesContext>
}

export const useNotices = (): Notices => useContext(NoticesContext)
