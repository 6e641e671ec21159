import { expect, test } from '@jest/globals'
import * as front from '@detrics/keys'
import { right } from './harness.js'

test('the names that a service may import are these', () => {
  expect(Object.keys(front).sort()).toMatchInlineSnapshot(`
   [
     "Actor",
     "Instant",
     "InstantFromIso",
     "KeyId",
     "MemberId",
     "Secret",
     "WorkspaceId",
     "containsKey",
     "instantToIso",
     "keyScanPattern",
     "openKeys",
     "readSettings",
     "redactKeys",
     "reveal",
     "settingsTable",
     "storeName",
   ]
  `)
})

test('the front door has these entries', async () => {
  const keys = await right(front.openKeys({ store: 'memory:' }))
  expect(Object.keys(keys).sort()).toMatchInlineSnapshot(`
   [
     "activity",
     "close",
     "create",
     "get",
     "list",
     "ready",
     "rename",
     "replace",
     "revoke",
     "revokeMany",
     "verify",
     "watch",
   ]
  `)
  await keys.close()
})

test('the settings that a process knows are these', () => {
  expect(Object.keys(front.settingsTable)).toMatchInlineSnapshot(`
   [
     "DETRICS_DATA",
     "DETRICS_STORE",
     "DETRICS_API_PORT",
     "DETRICS_MCP_PORT",
     "DETRICS_PUBLIC_URL",
     "DETRICS_PUBLIC_MCP_URL",
     "DETRICS_TRUSTED_PROXY",
     "DETRICS_IDENTITY",
     "DETRICS_OIDC_ISSUER",
     "DETRICS_OIDC_AUDIENCE",
     "DETRICS_OIDC_CLIENT_ID",
     "DETRICS_OIDC_CLIENT_SECRET_FILE",
     "DETRICS_OIDC_MEMBER_CLAIM",
     "DETRICS_OIDC_WORKSPACES_CLAIM",
     "DETRICS_SERVICES_FILE",
     "DETRICS_ACTIVE_KEYS_MAX",
   ]
  `)
})
