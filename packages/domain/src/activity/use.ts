import type { Instant } from '../values/instant.js'
import type { KeyId } from '../values/key-id.js'
import type { WorkspaceId } from '../values/workspace-id.js'

/** How a verification ended, for a key that is known to us. */
export type UseOutcome = 'accepted' | 'revoked' | 'expired' | 'wrong-secret'

/** What a key was presented for. All strings are redacted and cut before they get here. */
export interface UseContext {
  /** The tool, or the route where there is no tool: `whoami`, `tools/list`, `POST /v1/reports`. */
  readonly action: string
  /** The program that presented the key, e.g. the user agent or the MCP client's name and version. */
  readonly client?: string
  /** The network address from which the key was presented. */
  readonly address?: string
}

/** One verification in the service of one action. */
export interface Use extends UseContext {
  readonly workspaceId: WorkspaceId
  readonly keyId: KeyId
  readonly outcome: UseOutcome
  readonly at: Instant
}
