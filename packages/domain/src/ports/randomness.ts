/** Bytes from a cryptographically secure generator; throws when the system has none. */
export type Randomness = (length: number) => Uint8Array
