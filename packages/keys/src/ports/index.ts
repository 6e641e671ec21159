export { sha256Digester } from './sha256-digester.js'
export { systemClock } from './system-clock.js'
export { systemRandomness } from './system-randomness.js'
export { uuidIds } from './uuid-ids.js'
