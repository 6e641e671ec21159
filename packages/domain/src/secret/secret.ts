const plaintexts = new WeakMap<Secret, string>()

/**
 * A secret in memory: printed, serialised or inspected it is `[redacted]`. It keeps a secret out of logs by
 * accident; it does not hide it from code that calls `reveal`, nor from a dump of the process's memory.
 */
export class Secret {
  constructor(plaintext: string) {
    plaintexts.set(this, plaintext)
  }
  toString(): string {
    return redactedText
  }
  toJSON(): string {
    return redactedText
  }
  [Symbol.toPrimitive](): string {
    return redactedText
  }
  /** What Node's `util.inspect`, and so `console.log`, prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return redactedText
  }
}

/** What stands wherever a secret was. */
export const redactedText = '[redacted]'

/** The one way to a secret's plaintext; every call of it is worth a look in review. */
export const reveal = (secret: Secret): string => plaintexts.get(secret) ?? ''
