import type { Keys, KeysError } from '@detrics/keys'
import type { fromJsonSchema } from '@modelcontextprotocol/server'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { KeyHolder } from '../gate/gate.js'

/** Whose request a tool serves. It comes from the verification alone: no argument of any tool can name another. */
export type Holder = Pick<KeyHolder, 'keyId' | 'workspaceId'>

/** The part of the front door that tools use: they read. A key cannot make, rename or revoke keys. */
export type ReadKeys = Pick<Keys, 'get' | 'list' | 'activity'>

export type JsonSchema = Parameters<typeof fromJsonSchema>[0]

/** All four hints, always, since three of their defaults would call a reading tool dangerous. */
export interface Annotations {
  readonly readOnlyHint: boolean
  readonly destructiveHint: boolean
  readonly idempotentHint: boolean
  readonly openWorldHint: boolean
}

export const readsOnly: Annotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}

/** Why a tool gives no result: by the front door, or by an argument that no schema can check. */
export type ToolError = KeysError | { readonly _tag: 'BadArgument'; readonly detail: string }

export type ToolOutput = Readonly<Record<string, unknown>>

/** One row of the table of tools. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly annotations: Annotations
  readonly input: JsonSchema
  readonly output: JsonSchema
  readonly run: (keys: ReadKeys, holder: Holder, input: unknown) => TaskEither<ToolError, ToolOutput>
}

/** Describes a tool whose arguments are of the type that its input schema describes. */
export const tool = <Input>(
  row: Omit<Tool, 'run'> & {
    readonly run: (keys: ReadKeys, holder: Holder, input: Input) => TaskEither<ToolError, ToolOutput>
  },
): Tool => ({
  ...row,
  // The SDK has held the arguments against the schema before a tool runs.
  run: (keys, holder, input) => row.run(keys, holder, input as Input),
})
