export { standardLimits, type Limits } from './limits/index.js'
export { createApi, type ApiParts } from './server.js'
export { listenOnLoopback, type CannotListen } from './listening.js'
export { openApiDocument } from './openapi/document.js'
export type { Page } from './page.js'
export {
  developmentIdentity,
  type Identity,
  type Member,
  type Principal,
  type Service,
} from './identity/index.js'
