/** What a reader has to know before the first operation. */
export const introduction = `API keys for AI agents.

A key belongs to one workspace. Its secret is in the one reply that made it and nowhere else. Once the reply to a
revocation is out, no process anywhere accepts the key again. Every use is on record.

## Who asks

Members send an access token of the identity provider as \`Authorization: Bearer …\`; the page in the browser has a
session instead. Programs that accept keys of agents and verify them here send the credential of a service in the same
header. With the development identity, on the machine of a developer, nothing is sent. \`x-access\` says at each operation
who may ask: \`anyone\`, a \`member\`, a \`viewer\` or a \`manager\` of the workspace in the path, or a \`service\`. A manager
may do whatever a viewer may. A workspace of others is answered exactly like one that does not exist, and so is a key of
another workspace. Begin with \`GET /v1/me\`: it lists the workspaces of the member who asks.

## Requests

Bodies are JSON of at most 64 KiB, sent as \`application/json\`. Members and query parameters that are not described here
are refused, not passed over. Instants are written as RFC 3339 has it, with their offset; replies have them in UTC.

## Changing safely

A POST with an \`Idempotency-Key\`, any text of your own such as a UUID, is carried out once: when the same request comes
again with the same value, it is answered like the first time, but without the secret. Send one whenever the network may
fail. A \`PATCH\` may be repeated as it is. With the \`ETag\` of a key in \`If-Match\`, a request is carried out only while
the key is as it was when that reply was made.

## Pages

Lists come in pages, newest first. As long as \`next\` is not null, ask again with \`next\` as \`cursor\` and the same
filters.

## Problems

Whatever is not done is answered with a problem document (RFC 9457), \`application/problem+json\`. Its \`code\` is stable and
is for programs; \`title\` and \`detail\` are for people and may change; \`errors\` says what does not fit in the request.
Replies of status 429 and 503 carry \`Retry-After\`, in seconds. A reply with \`X-Request-Id\` can be found in the log of the
server. Readers should pass over members of replies that they do not know: later versions may add some.`

export const tags = [
  { name: 'Members', description: 'Who asks.' },
  { name: 'Keys', description: 'The keys of a workspace.' },
  { name: 'Activity', description: 'What was done with the keys of a workspace.' },
  { name: 'Verification', description: 'For services that accept keys and do not embed the library.' },
  { name: 'Operations', description: 'For whoever runs the server.' },
]
