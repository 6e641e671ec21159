import type { Access } from '@detrics/keys-client/contract'
import type { Json } from './json.js'

export const securitySchemes = {
  memberToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'An access token of the identity provider: who asks is a member.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-detrics-session',
    description:
      'The session of the page in a browser: begun at `/auth/login`, ended by a POST to `/auth/logout`.',
  },
  serviceCredential: {
    type: 'http',
    scheme: 'bearer',
    description: 'The credential of a service, as the operator has given it out.',
  },
}

const ofMembers = [{ memberToken: [] }, { session: [] }]
const ofServices = [{ serviceCredential: [] }]

/** The credentials with which an operation is asked for, and the sentence that says who may ask. */
export const accessOf: Readonly<
  Record<Access, { readonly security: ReadonlyArray<Json>; readonly sentence: string }>
> = {
  anyone: { security: [], sentence: 'For anyone, without a credential.' },
  member: { security: ofMembers, sentence: 'For every member.' },
  viewer: { security: ofMembers, sentence: 'For viewers and managers of the workspace.' },
  manager: { security: ofMembers, sentence: 'For managers of the workspace.' },
  service: {
    security: ofServices,
    sentence: 'For services; with the development identity also for the member of that.',
  },
}
