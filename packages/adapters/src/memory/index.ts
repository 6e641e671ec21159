export { memoryAuditTrailStore } from './audit-trail-store.js'
export { memoryEventStore } from './event-store.js'
