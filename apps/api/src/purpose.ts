import type { OperationId } from '@detrics/keys-client/contract'
import type { FastifyRequest } from 'fastify'

/** What a request is for. `other` is all that is no operation: the page, the description, paths that lead nowhere. */
export type Purpose = OperationId | 'getMetrics' | 'other'

/** By its route, and so by nothing that its sender may choose the words of. */
export const purposeOf = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): Purpose =>
  (routeOptions.config as { readonly operationId?: Purpose } | undefined)?.operationId ?? 'other'
