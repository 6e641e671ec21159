import * as t from 'io-ts'

export interface WorkspaceIdBrand {
  readonly WorkspaceId: unique symbol
}

const pattern = /^[A-Za-z0-9_-]{1,64}$/

/** The tenant's id. It is the caller's own: opaque, 1–64 of `[A-Za-z0-9_-]`. */
export const WorkspaceId = t.brand(
  t.string,
  (s): s is t.Branded<string, WorkspaceIdBrand> => pattern.test(s),
  'WorkspaceId',
)
export type WorkspaceId = t.TypeOf<typeof WorkspaceId>
