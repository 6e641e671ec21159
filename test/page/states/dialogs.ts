import { dialog, revoke } from '../acting.js'
import { keyIdOf } from '../stage.js'
import {
  askForKey,
  button,
  holding,
  list,
  newKey,
  open,
  refusing,
  revocations,
  text,
  type State,
} from './state.js'

export const dialogs: ReadonlyArray<State> = [
  { name: 'New key', reach: (at) => newKey(at), sees: (at) => [button(at, 'Create key')] },
  {
    name: 'New key on a date',
    reach: async (at) => {
      await newKey(at)
      await dialog(at.page).getByLabel('Expires').selectOption('date')
    },
    sees: (at) => [dialog(at.page).getByLabel('Last day')],
  },
  {
    name: 'New key until a day that has passed',
    reach: async (at) => {
      await newKey(at)
      await dialog(at.page).getByLabel('Expires').selectOption('date')
      await dialog(at.page).getByLabel('Last day').fill('2026-03-01')
      await askForKey(at, 'Second laptop')
    },
    sees: (at) => [text(at, 'Choose a day from today on.')],
  },
  {
    name: 'New key without a name',
    reach: (at) => newKey(at, ''),
    sees: (at) => [text(at, 'Give the key a name')],
  },
  {
    name: 'New key of a name that is taken',
    reach: (at) => newKey(at, 'CI server'),
    sees: (at) => [text(at, 'Another active key of the workspace has this name')],
  },
  {
    name: 'New key on its way',
    first: holding('POST', list),
    reach: (at) => newKey(at, 'Second laptop'),
    sees: (at) => [button(at, 'Creating …')],
  },
  {
    name: 'New key, too many of them',
    first: refusing('POST', list, 'rate_limited', 30),
    reach: (at) => newKey(at, 'Second laptop'),
    sees: (at) => [text(at, 'Too many requests'), dialog(at.page).getByRole('button', { name: 'Try again' })],
  },
  {
    name: 'Rename',
    reach: (at) => open(at, 'Work laptop', 'Rename'),
    sees: (at) => [dialog(at.page).getByLabel('New name')],
  },
  ...(
    [
      ['that somebody has renamed meanwhile', 'Somebody changed this key meanwhile', 'Laptop'],
      ['to a name that is taken', 'Another active key of the workspace has this name', 'CI server'],
    ] as const
  ).map(([how, words, name]): State => ({
    name: `Rename ${how}`,
    reach: async (at) => {
      const { page, workspaceId } = at
      await open(at, 'Work laptop', 'Rename')
      if (name === 'Laptop')
        await page.evaluate(
          async ([path]) => {
            const headers = { 'content-type': 'application/json' }
            await fetch(path, { method: 'PATCH', headers, body: '{"name":"Laptop of somebody"}' })
          },
          [`/v1/workspaces/${workspaceId}/keys/${keyIdOf(workspaceId, 'Work laptop')}`] as const,
        )
      await dialog(page).getByLabel('New name').fill(name)
      await dialog(page).getByRole('button', { name: 'Rename' }).click()
    },
    sees: (at) => [text(at, words)],
  })),
  {
    name: 'Replace',
    reach: (at) => open(at, 'CI server', 'Replace'),
    sees: (at) => [button(at, 'Replace key')],
  },
  ...(
    [
      ['In 7 days', 'The old key works until'],
      ['Now', 'The old key is no longer accepted anywhere.'],
    ] as const
  ).map(([end, words]): State => ({
    name: `Replaced, the old key ends: ${end}`,
    reach: async (at) => {
      await open(at, 'CI server', 'Replace')
      await dialog(at.page).getByLabel(end).check()
      await button(at, 'Replace key').click()
    },
    sees: (at) => [text(at, words), button(at, 'Copy key')],
  })),
  {
    name: 'Revoke',
    reach: (at) => open(at, 'Work laptop', 'Revoke'),
    sees: (at) => [button(at, 'Revoke key'), text(at, 'This cannot be undone.')],
  },
  {
    name: 'Revoke, and the store fails',
    first: refusing('POST', revocations, 'outcome_not_known'),
    reach: async (at) => {
      await open(at, 'Work laptop', 'Revoke')
      await button(at, 'Revoke key').click()
    },
    sees: (at) => [
      text(at, 'It is not known whether this was done'),
      dialog(at.page).getByRole('button', { name: 'Try again' }),
    ],
  },
  {
    name: 'Revoke, with a key in the note',
    reach: async (at) => {
      await open(at, 'Work laptop', 'Revoke')
      await dialog(at.page)
        .getByLabel('Note')
        .fill(`detrics_${'0'.repeat(21)}1_${'a'.repeat(38)}`)
    },
    sees: (at) => [text(at, 'This note contains an API key.')],
  },
  {
    name: 'Revoke many',
    story: 'many',
    reach: async ({ page }) => {
      await page.getByLabel('Select all active keys').check()
      await page.getByRole('button', { name: 'Revoke selected' }).click()
    },
    sees: (at) => [button(at, 'Revoke 50 keys'), text(at, 'and 45 more')],
  },
  {
    name: 'after a revocation',
    reach: ({ page }) => revoke(page, 'Work laptop'),
    sees: (at) => [text(at, 'Work laptop is no longer accepted anywhere.')],
  },
  {
    name: 'after the revocation of a key that leaked',
    reach: async (at) => {
      await open(at, 'Work laptop', 'Revoke')
      await dialog(at.page).getByLabel('Leaked').check()
      await button(at, 'Revoke key').click()
    },
    sees: (at) => [at.page.getByRole('link', { name: 'What to do next' })],
  },
]
