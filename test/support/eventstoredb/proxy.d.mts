/** Stands between client and server and harms the connection, as networks do. */
export interface Proxy {
  readonly port: number
  readonly url: (parameters?: string) => string
  /** How many connections have been made. */
  readonly connections: () => number
  readonly openConnections: () => number
  /** Resets every connection now; new ones work. */
  readonly cut: () => void
  /** Resets every connection when the server begins its next answer to a call, which is thereby lost. */
  readonly cutAtNextAnswer: () => void
  /** Nobody listens any more: connections are refused, until `resume`. */
  readonly pause: () => Promise<unknown>
  readonly resume: () => Promise<unknown>
  /** Whether bytes vanish in both directions while the connections stay. */
  readonly freeze: (freezes: boolean) => void
  /** Where new connections go from now on. */
  readonly aim: (port: number) => void
  readonly stop: () => Promise<unknown>
}

export const startProxy: (target: { readonly host?: string; readonly port: number }) => Promise<Proxy>
