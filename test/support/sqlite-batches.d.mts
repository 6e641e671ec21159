import type { NewEvent, StreamId } from '@detrics/keys-domain'

export declare const callers: number
export declare const streamOf: (run: number, caller: number) => StreamId
export declare const batchOf: (
  run: number,
  caller: number,
  batch: number,
) => readonly [NewEvent, ...ReadonlyArray<NewEvent>]
