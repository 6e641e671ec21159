export { openEventStoreDbEventStore } from './event-store.js'
