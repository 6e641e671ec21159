export { openPostgresAuditTrailStore } from './audit-trail-store.js'
export { openPostgresEventStore } from './event-store.js'
export type { OpenError } from '../shared/open-error.js'
export type { PostgresSettings } from './target.js'
