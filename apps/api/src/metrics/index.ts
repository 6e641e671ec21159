export { countedKeys } from './counted-keys.js'
export { createMetrics, type Metrics } from './metrics.js'
export { observe } from './observation.js'
export { addMetrics, metricsPath } from './route.js'
