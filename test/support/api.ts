import type { Running } from './processes.js'

/** A key as the API shows it. */
export interface ShownKey {
  readonly keyId: string
  readonly name: string
  readonly status: string
  readonly revision: string
}

export interface Line {
  readonly kind: string
  readonly keyId: string
  readonly action?: string
  readonly outcome?: string
  readonly count?: number
  readonly name?: string
}

/** The API as a service would call it; every call insists on success. */
export const apiOf = ({ url }: Pick<Running, 'url'>) => {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  const keysOf = (workspace: string): string => `/workspaces/${workspace}/keys`
  return {
    call,
    create: async (workspace: string, name: string): Promise<{ key: ShownKey; secret: string }> =>
      (await call('POST', keysOf(workspace), { name })) as { key: ShownKey; secret: string },
    rename: (workspace: string, keyId: string, name: string): Promise<unknown> =>
      call('PATCH', `${keysOf(workspace)}/${keyId}`, { name }),
    revoke: (workspace: string, keyId: string): Promise<unknown> =>
      call('POST', `${keysOf(workspace)}/${keyId}/revoke`, {}),
    /** All lines about a key, oldest first. */
    activity: async (workspace: string, keyId: string): Promise<ReadonlyArray<Line>> => {
      const page = (await call('GET', `/workspaces/${workspace}/activity?keyId=${keyId}&limit=200`)) as {
        readonly entries: ReadonlyArray<Line>
      }
      return page.entries.toReversed()
    },
  }
}

export type Api = ReturnType<typeof apiOf>
