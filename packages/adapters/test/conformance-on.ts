import { afterAll, describe, expect, test } from '@jest/globals'
import { eventStoreKit, guaranteeTable } from '@detrics/keys-adapters/conformance'
import type { EventStoreGuarantee, EventStoreHarness } from '@detrics/keys-adapters/conformance'

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31)

/** Gives work a harness, and cleans up behind it. */
export type WithHarness = (work: (harness: EventStoreHarness) => Promise<void>) => Promise<void>

export interface ConformanceOptions {
  readonly kit?: ReadonlyArray<EventStoreGuarantee>
  /** For each guarantee. */
  readonly timeoutMs?: number
}

/** The whole kit on one adapter, each guarantee as a test of its own; prints what was held and what is absent. */
export const describeConformance = (
  name: string,
  withHarness: WithHarness,
  { kit = eventStoreKit({ seed }), timeoutMs = 20_000 }: ConformanceOptions = {},
): void => {
  describe(`the event store ${name}`, () => {
    const passed: Array<EventStoreGuarantee> = []
    let absent: EventStoreHarness['absent'] = []

    test.each(kit)(
      '$guarantee',
      async (guarantee) => {
        await withHarness(async (harness) => {
          absent = harness.absent
          await expect(guarantee.run(harness)).resolves.toBeUndefined()
        })
        passed.push(guarantee)
      },
      timeoutMs,
    )

    afterAll(() => {
      const failed = kit.length - passed.length
      process.stdout.write(
        `The event store ${name}: ${passed.length} of ${kit.length} guarantees shown, ${failed} not; ` +
          `FC_SEED=${seed}\n${guaranteeTable(passed, [{ name, absent }])}\n`,
      )
    })
  })
}
