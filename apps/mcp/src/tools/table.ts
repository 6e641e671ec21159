import { listKeys } from './list-keys.js'
import { reviewActivity } from './review-activity.js'
import type { Tool } from './tool.js'
import { whoami } from './whoami.js'

/** All tools, in the order in which they are listed. */
export const tools: ReadonlyArray<Tool> = [whoami, listKeys, reviewActivity]
