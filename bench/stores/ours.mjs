/** An event store of ours, through its port. */
const none = { _tag: 'None' }
const right = async (task) => {
  const result = await task()
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right
}

export const ours = async (open) => {
  const store = await right(open)
  return {
    append: (stream, first, events) => {
      const expected = first === 0 ? { _tag: 'NoStream' } : { _tag: 'At', revision: BigInt(first - 1) }
      return right(store.append(stream, expected, events))
    },
    readAll: async () => {
      let count = 0
      let after = none
      for (;;) {
        const { events, complete } = await right(store.readAll(after, 10_000))
        count += events.length
        if (complete) return count
        after = { _tag: 'Some', value: events.at(-1).position }
      }
    },
    close: () => store.close(),
  }
}
