import * as t from 'io-ts'
import { annotate, describedAs } from './codecs/annotation.js'
import { closedObject } from './codecs/object-type.js'
import { SecretText, numberText, text } from './values.js'

/* What requests are made of. */

export const nothing = closedObject({}, {})

// Read as texts: an id that cannot be one is answered like one that does not exist.
const workspaceId = text({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'The id of a workspace.' })
export const keyId = text({ format: 'uuid', description: 'The id of a key.' })
export const inWorkspace = closedObject({ workspaceId }, {})
export const onKey = closedObject({ workspaceId, keyId }, {})

export const limit = describedAs(
  numberText({ maximum: 200, default: 50 }, 'Give a whole number from 1.'),
  'The most that one page may hold.',
)
const cursorMeaning = 'The `next` of the page before, which was asked for with the same filters.'

export const keyCursor = text({ description: cursorMeaning })
export const activityCursor = describedAs(
  numberText({}, 'Give the `next` of the page before, or leave it out.'),
  cursorMeaning,
)
export const search = text({
  minLength: 1,
  maxLength: 64,
  description:
    'Only keys whose name contains this, in capitals or not; from four characters on also those whose id or mask does.',
})

export const name = text({
  minLength: 1,
  maxLength: 64,
  description: '1 to 64 visible characters; no key may be in it.',
  examples: ['Work laptop'],
})
export const note = text({ minLength: 1, maxLength: 500, description: 'For whoever reviews this later.' })
export const reason = annotate(t.keyof({ requested: null, compromised: null, leaked: null }), {
  schema: { default: 'requested', description: '`compromised` and `leaked` are always immediate.' },
  refusal: 'Give one of: requested, compromised, leaked.',
})
export const keyIds = annotate(t.readonlyArray(keyId), {
  schema: { minItems: 1, maxItems: 1_000, description: 'One that is named twice counts once.' },
  refusal: 'Give a list of 1 to 1,000 key ids.',
})

export const presentedKey = closedObject(
  {
    key: SecretText,
    action: text({
      description: 'The tool or the route for which the key was presented; it stands in the activity.',
      examples: ['list_campaigns'],
    }),
  },
  {
    client: text({ description: 'The program that presented the key.', examples: ['agent/1.0'] }),
    address: text({
      description: 'The address from which it was presented.',
      examples: ['192.0.2.7'],
    }),
  },
)
