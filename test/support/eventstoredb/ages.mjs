/** What servers of different ages do differently, as far as the client sees it. */

/**
 * @typedef {object} Age
 * @property {string} version
 * @property {boolean} hasBatchAppend since 21.10
 * @property {boolean} tellsPositionsInStreams since 22.6
 * @property {boolean} saysCaughtUp since 23.10
 * @property {boolean} deliversTombstones a subscriber gets the tombstone before the error; since 24.10
 * @property {boolean} refusesToDeleteMissing since 21.10
 * @property {boolean} explainsDeletes the error of a delete has a text and the actual revision; since 24.10
 * @property {boolean} namesInvalidPositions since 24.2
 */

/** @type {Age} */
export const present = {
  version: '24.10.6',
  hasBatchAppend: true,
  tellsPositionsInStreams: true,
  saysCaughtUp: true,
  deliversTombstones: true,
  refusesToDeleteMissing: true,
  explainsDeletes: true,
  namesInvalidPositions: true,
}

/** @type {Age} */
export const old = {
  version: '20.6.1',
  hasBatchAppend: false,
  tellsPositionsInStreams: false,
  saysCaughtUp: false,
  deliversTombstones: false,
  refusesToDeleteMissing: false,
  explainsDeletes: false,
  namesInvalidPositions: false,
}
