/** How long an answer is waited for. The server gives up earlier, so that it mostly says itself what became of it. */
const answerMs = 4_000

/** Counts what is under way on a connection, whose answers come in order, and loses patience with one that does not come. */
export interface Patience {
  readonly begin: () => void
  readonly end: () => void
  readonly underWay: () => number
  readonly stop: () => void
}

/** One timer, which is set anew only when it has run out: a timer for each statement would cost more than the rest. */
export const patienceWith = (lose: () => void): Patience => {
  const begun: Array<number> = []
  let timer: NodeJS.Timeout | undefined

  const wait = (ms: number): void => {
    timer = setTimeout(look, ms)
    timer.unref()
  }
  const look = (): void => {
    timer = undefined
    const [oldest] = begun
    if (oldest === undefined) return
    const left = oldest + answerMs - performance.now()
    if (left <= 0) lose()
    else wait(left)
  }

  return {
    begin: () => {
      begun.push(performance.now())
      if (timer === undefined) wait(answerMs)
    },
    end: () => void begun.shift(),
    underWay: () => begun.length,
    stop: () => clearTimeout(timer),
  }
}
