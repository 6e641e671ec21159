import type { NotRecorded, Use, UseRecorder, WorkspaceId } from '@detrics/keys-domain'
import * as E from 'fp-ts/lib/Either.js'
import { withDeadline } from '../deadline.js'
import { groups, type Groups } from './groups.js'
import { storingMsMax, writer, type Writer, type WriterPorts } from './writer.js'

/** How long a merely counted use may wait. */
const countedMsMax = 1_000
type Result = E.Either<NotRecorded, void>

interface Desk {
  readonly writer: Writer
  readonly tell: (cause: string | undefined) => void
  readonly waiting: Groups
  /** The flush that will take what is waiting now. */
  next: Promise<Result> | undefined
  running: Promise<unknown>
}

/**
 * Records uses. Those of one workspace that come while an append is under way are stored together by the next one.
 */
export const useRecorder = (
  ports: WriterPorts,
  tell: (cause: string | undefined) => void = () => undefined,
): UseRecorder => {
  const desks = new Map<WorkspaceId, Desk>()

  const deskOf = (workspaceId: WorkspaceId): Desk => {
    const known = desks.get(workspaceId)
    if (known !== undefined) return known
    const desk = {
      writer: writer(ports, workspaceId),
      tell,
      waiting: groups(),
      next: undefined,
      running: Promise.resolve(),
    }
    desks.set(workspaceId, desk)
    return desk
  }

  const timer = setInterval(() => {
    for (const desk of desks.values())
      if (desk.waiting.size() > 0 || desk.writer.isUnsettled()) flush(desk).catch(() => undefined)
  }, countedMsMax)
  timer.unref()

  return {
    record: (use) => () => {
      const desk = deskOf(use.workspaceId)
      if (!desk.waiting.add(use)) return Promise.resolve(notRecorded('too many uses wait'))
      // Its own bound, since it may have to wait for an append before it which hangs until that one's bound.
      return withDeadline(flush(desk), storingMsMax, () => notRecorded('deadline'))
    },
    count: (use: Use) => {
      deskOf(use.workspaceId).waiting.add(use)
    },
    close: async () => {
      clearInterval(timer)
      await Promise.allSettled(Array.from(desks.values(), flush))
    },
  }
}

const flush = (desk: Desk): Promise<Result> => {
  if (desk.next !== undefined) return desk.next
  const result = desk.running.then((): Promise<Result> => {
    desk.next = undefined
    return store(desk)
  })
  desk.next = result
  // What a store throws, which is a bug, fails those who wait for this flush and not those who come after them.
  desk.running = result.catch(() => undefined)
  return result
}

/**
 * What was accepted and could not be stored is not carried out, and forgotten. What was refused did happen: it is kept
 * and stored when the store is there again.
 */
const store = async ({ waiting, writer, tell }: Desk): Promise<Result> => {
  const written = await writer.write(waiting.take())
  tell(E.isLeft(written) ? written.left.cause : undefined)
  if (E.isRight(written)) return written
  waiting.putBack(written.left.unwritten.filter(({ outcome }) => outcome !== 'accepted'))
  return notRecorded(written.left.cause)
}

const notRecorded = (cause: string): Result => E.left({ _tag: 'NotRecorded', cause })
