/** Filters of subscriptions to $all. */

/** The server's own window where a subscription states none. */
const windowDefault = 32

/**
 * @param {any} options the filter of a read request, or undefined
 * @returns {{ matches: (record: import('./log.mjs').LogRecord) => boolean, checkpointEvery: number } | undefined}
 */
export const filterOf = (options) => {
  if (options === undefined) return undefined
  const onStream = options.hasStreamIdentifier()
  const expression = onStream ? options.getStreamIdentifier() : options.getEventType()
  const prefixes = expression.getPrefixList()
  const pattern = expression.getRegex() === '' ? undefined : new RegExp(expression.getRegex())
  const isWanted = (text) =>
    prefixes.some((prefix) => text.startsWith(prefix)) || pattern?.test(text) === true
  return {
    matches: ({ stream, type }) => isWanted(onStream ? stream : type),
    checkpointEvery:
      (options.hasMax() ? options.getMax() : windowDefault) * options.getCheckpointintervalmultiplier(),
  }
}
