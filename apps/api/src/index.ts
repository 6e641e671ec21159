export { createApi, type ApiParts } from './server.js'
export { developmentIdentity, type Identity, type Member } from './identity.js'
export { listenOnLoopback, type CannotListen } from './listening.js'
export { problemTable, type Problem, type ProblemCode } from './problems.js'
