import * as client from '@detrics/keys-client'
import * as contract from '@detrics/keys-client/contract'
import { expect, test } from '@jest/globals'

test('the names that a program may import are these', () => {
  expect(Object.keys(client).sort()).toMatchInlineSnapshot(`
   [
     "Instant",
     "KeyId",
     "MemberId",
     "Secret",
     "WorkspaceId",
     "containsKey",
     "createKeysClient",
     "instantToIso",
     "keyScanPattern",
     "reveal",
   ]
  `)
})

test('the names of the contract are these', () => {
  expect(Object.keys(contract).sort()).toMatchInlineSnapshot(`
   [
     "ObjectType",
     "annotate",
     "closedObject",
     "describedAs",
     "fieldProblems",
     "jsonSchemaOf",
     "openObject",
     "operationIds",
     "operations",
     "problem",
     "problemTable",
     "problemsOf",
     "readProblem",
     "refusalOf",
   ]
  `)
})

test('the operations with their method, path, access and status are these', () => {
  const rows = Object.entries(contract.operations).map(
    ([operationId, { method, path, access, reply }]) =>
      `${operationId}: ${method} ${path} for ${access}, ${reply.status}`,
  )
  expect(rows).toMatchInlineSnapshot(`
   [
     "getMe: GET /v1/me for member, 200",
     "listKeys: GET /v1/workspaces/{workspaceId}/keys for viewer, 200",
     "createKey: POST /v1/workspaces/{workspaceId}/keys for manager, 201",
     "getKey: GET /v1/workspaces/{workspaceId}/keys/{keyId} for viewer, 200",
     "renameKey: PATCH /v1/workspaces/{workspaceId}/keys/{keyId} for manager, 200",
     "revokeKey: POST /v1/workspaces/{workspaceId}/keys/{keyId}/revoke for manager, 200",
     "replaceKey: POST /v1/workspaces/{workspaceId}/keys/{keyId}/replace for manager, 201",
     "revokeKeys: POST /v1/workspaces/{workspaceId}/keys/revoke for manager, 200",
     "reviewActivity: GET /v1/workspaces/{workspaceId}/activity for viewer, 200",
     "verifyKey: POST /v1/verify for service, 200",
     "getHealth: GET /health for anyone, 200",
     "getReadiness: GET /ready for anyone, 200",
   ]
  `)
  expect(contract.operationIds).toEqual(Object.keys(contract.operations))
})

test('a client has a function for each operation and nothing else', () => {
  const { createKeysClient } = client
  expect(Object.keys(createKeysClient({ baseUrl: 'http://127.0.0.1:1' }))).toEqual(contract.operationIds)
})
