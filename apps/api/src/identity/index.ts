export { developmentIdentity } from './development.js'
export { openIdentity } from './open-identity.js'
export { authPaths } from './session/routes.js'
export type { Identity, Member, Principal, Service } from './principal.js'
