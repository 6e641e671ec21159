/** How a server of today answers a step otherwise than the recorded one did, and why. */
export interface Difference {
  readonly answer: string
  readonly reason: string
}

const since2206 = 'reads of streams tell positions since 22.6'
const since2310 = 'a subscription says when it has caught up since 23.10'
const since2402 = 'a position that is no record is named as invalid since 24.2'
const since2110Delete = 'a stream that does not exist cannot be deleted since 21.10'
const since2110Batch = 'BatchAppend, since 21.10, answers with messages that have neither a code nor a text'
const since2410Text = 'the error of a delete has a text and the actual revision in 24.10'
const since2410Tombstone = `${since2310}, and gets the tombstone itself since 24.10`

const afterEvents = (...events: ReadonlyArray<string>): Difference => ({
  answer: JSON.stringify(['confirmation', ...events, 'caughtUp', 'end', 'close']),
  reason: since2310,
})
const beforeEvents = (...events: ReadonlyArray<string>): Difference => ({
  answer: JSON.stringify(['confirmation', 'caughtUp', ...events, 'end', 'close']),
  reason: since2310,
})

const undeletable = (stream: string, expected: number, actual: number, reason: string): Difference => ({
  answer: JSON.stringify({
    err: 'WrongExpectedVersionError',
    type: 'wrong-expected-version',
    code: 9,
    message:
      '9 FAILED_PRECONDITION: DeleteStream failed due to WrongExpectedVersion. ' +
      `Stream: P-${stream}, Expected version: ${expected}, Actual version: ${actual}`,
    expected: `${expected}n`,
    actual: `${actual}n`,
    stream: `P-${stream}`,
  }),
  reason,
})

const batched = (error: Readonly<Record<string, unknown>>): Difference => ({
  answer: JSON.stringify(error),
  reason: since2110Batch,
})
const deletedInBatch = batched({
  err: 'StreamDeletedError',
  type: 'stream-deleted',
  message: '',
  stream: 'P-a',
})
const tooLargeInBatch = batched({
  err: 'MaxAppendSizeExceededError',
  type: 'maximum-append-size-exceeded',
  message: '',
  max: 1048576,
})
const unknownInBatch = batched({ err: 'UnknownError', type: 'unknown', message: '' })

export const differences: ReadonlyMap<string, Difference> = new Map<string, Difference>([
  ['commitPosition set on stream read', { answer: '["pos",true]', reason: since2206 }],
  ['get', { answer: '[{"maxCount":2,"custom":"v"},"pos"]', reason: since2206 }],
  [
    'read links resolved',
    { answer: '[["P-i","0n","0n","pos"],[null,null,"1n","pos"],[null,null,"2n","pos"]]', reason: since2206 },
  ],
  [
    'readAll at a non-boundary position',
    {
      answer: JSON.stringify({
        err: 'UnknownError',
        type: 'unknown',
        code: 3,
        message: '3 INVALID_ARGUMENT: Trying to read from an invalid position.',
      }),
      reason: since2402,
    },
  ],
  ['sub stream from 1', afterEvents('T2', 'T3')],
  ['sub stream END + live', beforeEvents('Tlive')],
  ['sub missing stream', beforeEvents()],
  ['sub missing then created', beforeEvents('Tborn')],
  ['sub stream beyond the end', beforeEvents()],
  ['sub $all from pos exclusive, prefix filter', afterEvents('T2', 'T3', 'Tlive', 'Tmore')],
  ['sub $all type regex', afterEvents('Tx', 'Ty', 'Ty', 'Tx')],
  ['sub $all END live', beforeEvents('Tlive2')],
  [
    'sub stream then tombstone',
    {
      answer: '["confirmation","Tre","caughtUp","$streamDeleted","error StreamDeletedError stream-deleted"]',
      reason: since2410Tombstone,
    },
  ],
  ['delete wrong', undeletable('a', 1, 6, since2410Text)],
  ['delete missing any', undeletable('gone1', -2, -1, since2110Delete)],
  ['delete missing no_stream', undeletable('gone2', -1, -1, since2110Delete)],
  ['tombstone missing any', undeletable('gone3', -2, -1, since2110Delete)],
  ['exists on soft-deleted', deletedInBatch],
  ['append tombstoned', deletedInBatch],
  ['append > 1 MiB', tooLargeInBatch],
  ['append 3 x 400 kB', tooLargeInBatch],
  ['non-uuid event id', unknownInBatch],
  ['empty event type', unknownInBatch],
])
