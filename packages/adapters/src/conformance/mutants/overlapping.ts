import * as E from 'fp-ts/lib/Either.js'
import type { LogPage } from '@detrics/keys-domain'
import type { EventStoreHarness } from '../harness.js'
import type { PrepareVariant } from '../simulation/appending.js'
import type { Row, SimulatedLog } from '../simulation/log.js'
import { floorOf, pageUpTo, readPage } from '../simulation/reading.js'
import type { ReadPage } from '../simulation/reading.js'
import { simulatedServer } from '../simulation/server.js'
import type { Mutant, Mutants } from './mutate.js'

const server =
  (variant: Parameters<typeof simulatedServer>[0]) =>
  (honest: EventStoreHarness): EventStoreHarness => {
    const { messageWithinMs = 5_000 } = honest
    return { ...simulatedServer(variant), messageWithinMs }
  }

const reader = (breaks: string, variant: ReadPage): Mutant => ({ breaks, of: server({ readPage: variant }) })
const writer = (breaks: string, variant: PrepareVariant): Mutant => ({
  breaks,
  of: server({ prepare: variant }),
})

const everything = Number.MAX_SAFE_INTEGER

const changed =
  (change: (page: LogPage, log: SimulatedLog) => LogPage): ReadPage =>
  async (log, request, pause) =>
    E.map((page: LogPage) => change(page, log))(await readPage(log, request, pause))

/** All below the first row whose transaction is not older than every transaction under way. */
const upToYoungTransactions = ({ intents }: SimulatedLog, rows: ReadonlyArray<Row>): number => {
  const oldest = Math.min(...[...intents].map(({ transaction }) => transaction))
  const young = rows.find(({ transaction }) => transaction >= oldest)
  return young === undefined ? everything : young.place - 1
}

/** All below the first place that is empty. */
const upToTheFirstHole = (rows: ReadonlyArray<Row>): number => {
  const hole = rows.findIndex(({ place }, index) => place !== index + 1)
  return hole < 0 ? everything : hole
}

const handsOutOnce = (): ReadPage => {
  const handedOut = new Set<string>()
  return changed((page) => {
    const { settled } = page
    const events = page.events.filter(({ position }) => !handedOut.has(position))
    const mark = settled._tag === 'Some' ? settled.value : ''
    for (const { position } of events) if (position > mark) handedOut.add(position)
    return { ...page, events }
  })
}

/**
 * Mutants of stores in which appends overlap. They are not made of the store that is given, since the mistakes lie
 * within: they are simulated servers that read or write in a wrong order.
 */
export const overlappingMutants: Mutants = {
  readsNaively: reader('takes everything that it reads for settled', async (log, request) =>
    pageUpTo(everything, log.rows(), request),
  ),
  settlesByTransaction: reader(
    'takes for settled what older transactions wrote, and goes on by position',
    async (log, request, pause) => {
      const mark = upToYoungTransactions(log, log.rows())
      await pause()
      return pageUpTo(mark, log.rows(), request)
    },
  ),
  readsInOneStatement: reader(
    'looks at the rows before it looks who is writing',
    async (log, request, pause) => {
      const rows = [...log.rows()]
      await pause()
      return pageUpTo(floorOf(log) ?? log.lastDrawn(), rows, request)
    },
  ),
  looksForWritersFirst: reader(
    'looks who is writing before it looks which place was drawn last',
    async (log, request, pause) => {
      const floor = floorOf(log)
      // As slow as an append: in the meantime one can be begun and another one ended.
      for (let step = 0; step < 3; step++) await pause()
      return pageUpTo(floor ?? log.lastDrawn(), log.rows(), request)
    },
  ),
  readsAtOneMoment: reader('reads the rows as they were when the read began', async (log, request, pause) => {
    const [drawn, rows] = [log.lastDrawn(), [...log.rows()]]
    await pause()
    return pageUpTo(floorOf(log) ?? drawn, rows, request)
  }),
  hidesWhatIsNotSettled: reader(
    'hands out only what is settled, and says that this is all',
    changed((page) => {
      const { settled } = page
      const isSettled = (position: string): boolean => settled._tag === 'Some' && position <= settled.value
      return { ...page, events: page.events.filter(({ position }) => isSettled(position)) }
    }),
  ),
  isIncompleteBesideAppends: reader(
    'says of no read that it is complete while an append is under way',
    changed((page, { intents }) => ({ ...page, complete: page.complete && intents.size === 0 })),
  ),
  waitsForHoles: reader('waits for the places of an append that was aborted', async (log, request, pause) => {
    const drawn = log.lastDrawn()
    await pause()
    const mark = floorOf(log) ?? drawn
    await pause()
    return pageUpTo(Math.min(mark, upToTheFirstHole(log.rows())), log.rows(), request)
  }),
  waitsForForeignTransactions: reader(
    'waits for the transactions of other programs',
    async (log, request, pause) => {
      const isForeign = log.transactions.size > log.intents.size
      const drawn = log.lastDrawn()
      await pause()
      const mark = floorOf(log) ?? drawn
      await pause()
      return pageUpTo(isForeign ? 0 : mark, log.rows(), request)
    },
  ),
  handsOutOnce: {
    breaks: 'does not hand out again what was not settled',
    of: (honest) => server({ readPage: handsOutOnce() })(honest),
  },
  drawsBeforeItSaysSo: writer('says above which place it draws when it has drawn', 'drawsFirst'),
  takesNoLocks: writer('looks at the end of a stream while another append to it is unfinished', 'unlocked'),
}
