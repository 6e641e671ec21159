/** What a store may lack. Everything that is not named here every store must hold. */
export type Capability = 'persistent' | 'uniqueIds' | 'overlappingAppends' | 'connection'

/** What each capability means; a store that declares one absent must show that it does not have it. */
export const capabilities: Readonly<Record<Capability, string>> = {
  persistent: 'The log outlives the handles on it, and several processes may have it open at the same time.',
  uniqueIds:
    'An id is stored once in the whole log: in another stream, or at another place of its own, it is refused.',
  overlappingAppends:
    'An append may be unfinished while a later one is committed, so events can be read whose order is not final yet.',
  connection:
    'Between the caller and the log there is a connection, which can be lost, and a server, which can be away.',
}

/** The capabilities that may be absent at all: without these a store is another one, and still one to rely on. */
export const permittedAbsences: ReadonlyArray<Capability> = [
  'persistent',
  'uniqueIds',
  'overlappingAppends',
  'connection',
]

/** Whatever declares what it lacks. */
export interface Declares {
  readonly absent: ReadonlyArray<Capability>
}

export const lacks = ({ absent }: Declares, capability: Capability): boolean => absent.includes(capability)
