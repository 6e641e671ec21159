import type { RevocationReason, UseOutcome } from '@detrics/keys'

/** What has happened in a workspace before a page is opened; `ago` is how long before the present of the stage. */
export type Happening =
  | {
      readonly kind: 'made'
      readonly key: string
      readonly ago: number
      readonly name?: string
      readonly by?: string
      /** How long after the present it expires; negative is before. */
      readonly expiresIn?: number
    }
  | { readonly kind: 'renamed'; readonly key: string; readonly ago: number; readonly name: string }
  | {
      readonly kind: 'revoked'
      readonly key: string
      readonly ago: number
      readonly reason?: RevocationReason
      readonly note?: string
      /** How long after the present it ends; without it the key ended at once. */
      readonly endsIn?: number
    }
  | {
      readonly kind: 'used'
      readonly key: string
      readonly ago: number
      readonly action: string
      readonly client?: string
      readonly address?: string
      readonly outcome?: UseOutcome
      readonly count?: number
    }

export const minutes = (n: number): number => n * 60_000
export const hours = (n: number): number => n * 3_600_000
export const days = (n: number): number => n * 86_400_000

const claude = { client: 'claude-code/2.1.4', address: '203.0.113.24' }
const codex = { client: 'codex/0.63.0', address: '203.0.113.24' }
const runner = { client: 'ci-runner/4.2', address: '203.0.113.80' }
const thief = { client: 'curl/8.5.0', address: '198.51.100.7' }

/** A workspace in use: a key in every state, one of them stolen. */
const agency: ReadonlyArray<Happening> = [
  { kind: 'made', key: 'Old staging server', ago: days(140), by: 'colleague' },
  { kind: 'made', key: 'Trade fair laptop', ago: days(40), expiresIn: -days(6) },
  { kind: 'used', key: 'Trade fair laptop', ago: days(9), action: 'campaigns.list', ...claude, count: 12 },
  {
    kind: 'revoked',
    key: 'Old staging server',
    ago: days(21),
    reason: 'leaked',
    note: 'Stood in a build log.',
  },
  { kind: 'made', key: 'Freelance project', ago: days(27), by: 'colleague', expiresIn: days(3) },
  { kind: 'made', key: 'CI server', ago: days(18), expiresIn: days(72) },
  { kind: 'used', key: 'Freelance project', ago: days(2), action: 'reports.create', ...codex, count: 3 },
  { kind: 'made', key: 'Home office', ago: days(12) },
  { kind: 'used', key: 'Home office', ago: hours(30), action: 'campaigns.list', ...claude, count: 41 },
  { kind: 'used', key: 'CI server', ago: hours(26), action: 'reports.create', ...runner, count: 8 },
  { kind: 'made', key: 'Design studio', ago: days(9), by: 'colleague' },
  { kind: 'made', key: 'Work laptop', ago: hours(23), name: 'Laptop' },
  { kind: 'revoked', key: 'Design studio', ago: hours(22), reason: 'replaced', endsIn: hours(20) },
  { kind: 'used', key: 'Home office', ago: hours(7), action: 'audiences.export', ...thief, count: 212 },
  {
    kind: 'revoked',
    key: 'Home office',
    ago: hours(2),
    reason: 'compromised',
    note: 'Exports at night, from an address that is not ours.',
  },
  {
    kind: 'used',
    key: 'Home office',
    ago: minutes(95),
    action: 'audiences.export',
    ...thief,
    outcome: 'revoked',
    count: 19,
  },
  { kind: 'renamed', key: 'Work laptop', ago: minutes(80), name: 'Work laptop' },
  { kind: 'used', key: 'CI server', ago: minutes(41), action: 'reports.create', ...runner },
  { kind: 'used', key: 'CI server', ago: minutes(12), action: 'whoami', ...thief, outcome: 'wrong-secret' },
  { kind: 'used', key: 'Work laptop', ago: minutes(3), action: 'campaigns.list', ...claude, count: 6 },
]

const letters = (text: string): string => Array.from(text).slice(0, 64).join('')

/** Names as long as names may be, in several directions and scripts, and without any place to break them. */
const names: ReadonlyArray<Happening> = [
  letters('W'.repeat(64)),
  letters('A key whose name is as long as a name of a key may ever be, here'),
  letters('laptop-of-the-agency-in-the-second-floor-'.repeat(2)),
  'مفتاح الخادم الرئيسي (CI) — 2',
  'מפתח של המחשב הנייד 7',
  'CI server (مفتاح) 3',
  '開発用サーバーの鍵',
  '🔑 Studio 👩‍💻',
  'x',
].flatMap((name, i): ReadonlyArray<Happening> => [
  { kind: 'made', key: name, ago: days(i + 1) },
  {
    kind: 'used',
    key: name,
    ago: hours(20 - i),
    action: letters('a.very.long.action.without.any.place.to.break.'.repeat(2)),
    client: letters('مفتاح-client/'.repeat(6)),
    address: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
    count: 123_456_789,
  },
])

/** More than one page of keys, and more than one of activity. */
const many: ReadonlyArray<Happening> = Array.from({ length: 60 }, (_, i) => ({
  kind: 'made',
  key: `Build agent ${i + 1}`,
  ago: days(1) - minutes(i),
}))

export const stories = { agency, names, many, empty: [] } as const satisfies Record<
  string,
  ReadonlyArray<Happening>
>

export type StoryName = keyof typeof stories
