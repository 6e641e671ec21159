export { activeKeys, type ActiveKey, type ActiveKeys } from './active-keys/active-keys.js'
export { activeKeysReader, type ActiveKeysListener, type ActiveKeysReader } from './active-keys/reader.js'
export { catchUpTrail, type TrailRunnerError } from './audit-trail/runner.js'
export { sharedRead } from './shared-read.js'
