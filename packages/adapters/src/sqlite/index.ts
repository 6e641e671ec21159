export { openSqliteAuditTrailStore } from './audit-trail-store.js'
export { openSqliteEventStore } from './event-store.js'
export type { OpenError } from './open-error.js'
