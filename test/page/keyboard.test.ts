import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { keyboardOf, type Keyboard } from './keyboard.js'
import { openWorld, pagePath, watched, type Person, type World } from './world.js'

/*
 * Everything that the page can do, by somebody who has only a keyboard, from signing in to signing out. Nothing is
 * clicked and nothing is focused by script.
 */
let world: World
let person: Person
let keyboard: Keyboard

beforeAll(async () => {
  world = await openWorld()
  // More keys than one page of the list holds, half of them made by somebody else: nobody may make so many in a minute.
  for (const [account, count] of [
    ['manager', 20],
    ['second', 29],
  ] as const) {
    const { page, context } = await world.signedIn(account)
    await page.evaluate(
      async ([who, howMany]) => {
        const headers = { 'content-type': 'application/json' }
        for (let i = 1; i <= howMany; i += 1) {
          const body = JSON.stringify({ name: `Key ${i} of ${who}` })
          await fetch('/v1/workspaces/agency-a/keys', { method: 'POST', headers, body })
        }
      },
      [account, count] as const,
    )
    await context.close()
  }
  person = await watched(world.browser)
  keyboard = await keyboardOf(person.page)
}, 120_000)
afterAll(async () => {
  await world?.close()
})

const expectAt: Keyboard['expectAt'] = (role, name) => keyboard.expectAt(role, name)
const expectHeard: Keyboard['expectHeard'] = (text) => keyboard.expectHeard(text)
const expectTrapped: Keyboard['expectTrapped'] = () => keyboard.expectTrapped()
const expectSomewhere: Keyboard['expectSomewhere'] = () => keyboard.expectSomewhere()

test('skip link, signing in', async () => {
  const { page } = person
  await page.goto(`${world.url}${pagePath}?workspace=agency-a`)
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
  await keyboard.press('Tab')
  await expectAt('link', 'Skip to the content')
  await keyboard.press('Enter')
  await expectAt('main', '')
  await keyboard.press('Tab')
  await expectAt('link', 'Sign in')
  await page.keyboard.press('Enter')
  await page.getByLabel('Account').waitFor()
  await page.keyboard.type('manager')
  await page.keyboard.press('Enter')
  await page.getByRole('row').nth(1).waitFor()
})

/** Loads the page, as by typing its address. */
const open = async (view = ''): Promise<void> => {
  await person.page.goto(`${world.url}${pagePath}?workspace=agency-a${view}`)
  await person.page.getByRole('row').nth(1).waitFor()
}

/** Opens the menu of a key, which begins at its first entry. */
const openMenu = async (name: string): Promise<void> => {
  await keyboard.tabTo('button', `Actions for ${name}`)
  await keyboard.press('Enter')
  await expectAt('menuitem', 'Rename')
}

test('switching the workspace', async () => {
  const { page } = person
  await open()
  await keyboard.tabTo('combobox', 'Workspace')
  await keyboard.press('ArrowDown')
  await page.waitForURL('**workspace=agency-b**')
  await expectAt('combobox', 'Workspace')
  await keyboard.press('ArrowUp')
  await page.waitForURL('**workspace=agency-a**')
  await expectAt('combobox', 'Workspace')
})

const field = (): Promise<string> =>
  person.page.evaluate(() => (document.activeElement as HTMLInputElement).value)

const clipboard = (): Promise<string> => person.page.evaluate(() => navigator.clipboard.readText())

describe('a new key', () => {
  test('with an expiry, copied', async () => {
    await open()
    await keyboard.tabTo('button', 'New Key')
    await keyboard.press('Enter')
    await expectAt('textbox', 'Name')
    await expectTrapped()
    await keyboard.tabTo('textbox', 'Name')
    await keyboard.type('Work laptop')
    await keyboard.press('Tab')
    await expectAt('combobox', 'Expires')
    await keyboard.press('ArrowDown', 'ArrowDown')
    expect(await field()).toBe('30')
    await keyboard.press('Tab', 'Tab')
    await expectAt('button', 'Create key')
    await keyboard.press('Space')
    await expectAt('button', 'Copy key')
    await expectTrapped()
    await keyboard.tabTo('button', 'Copy key')
    await keyboard.press('Enter')
    await expectHeard('Key copied.')
    expect(await clipboard()).toMatch(/^detrics_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}$/)
    await keyboard.tabTo('tab', 'Claude Code')
    await keyboard.press('ArrowRight', 'ArrowRight')
    await expectAt('tab', 'Cursor')
    await keyboard.press('Home', 'ArrowLeft')
    await expectAt('tab', 'VS Code')
    await keyboard.press('Tab', 'Tab')
    await expectAt('button', 'Remove and re-add')
    await keyboard.press('Space')
    await keyboard.tabTo('button', 'Copy the contents of .vscode/mcp.json')
    await keyboard.press('Enter')
    await expectHeard('Copied the contents of .vscode/mcp.json.')
    expect(await clipboard()).toContain('promptString')
    await keyboard.tabTo('button', 'Done')
    await keyboard.press('Enter')
    await expectAt('button', 'New Key')
  })

  test('on a date, closed without copying, after a second thought', async () => {
    await open()
    await keyboard.tabTo('button', 'New Key')
    await keyboard.press('Enter')
    await expectAt('textbox', 'Name')
    // Nothing is filled in: the form says so, and takes the person there.
    await keyboard.press('Enter')
    await expectAt('textbox', 'Name')
    await person.page.getByText('Give the key a name').waitFor()
    await keyboard.type('CI server')
    await keyboard.press('Tab', 'End')
    await keyboard.press('Tab')
    await expectAt('textbox', 'Last day')
    await keyboard.type('12312099')
    expect(await field()).toBe('2099-12-31')
    await keyboard.press('Enter')
    await expectAt('button', 'Copy key')
    await keyboard.press('Escape')
    await expectAt('button', 'Back to the key')
    await expectTrapped()
    await keyboard.press('Escape')
    await expectAt('button', 'Done')
    await keyboard.press('Enter')
    await expectAt('button', 'Back to the key')
    await keyboard.press('Shift+Tab')
    await expectAt('button', 'Close without copying')
    await keyboard.press('Enter')
    await expectAt('button', 'New Key')
  })

  test('given up', async () => {
    await open()
    await keyboard.tabTo('button', 'New Key')
    await keyboard.press('Space')
    await expectAt('textbox', 'Name')
    await keyboard.press('Escape')
    await expectAt('button', 'New Key')
  })
})

describe('the menu of a key', () => {
  test('opens, moves and closes', async () => {
    await open()
    await keyboard.tabTo('button', 'Actions for CI server')
    for (const [key, entry] of [
      ['Enter', 'Rename'],
      ['Space', 'Rename'],
      ['ArrowDown', 'Rename'],
      ['ArrowUp', 'Report as compromised'],
    ] as const) {
      await keyboard.press(key)
      await expectAt('menuitem', entry)
      await keyboard.press('Escape')
      await expectAt('button', 'Actions for CI server')
    }
    await keyboard.press('Enter')
    await expectAt('menuitem', 'Rename')
    await keyboard.press('ArrowDown')
    await expectAt('menuitem', 'Replace')
    await keyboard.press('End')
    await expectAt('menuitem', 'Report as compromised')
    await keyboard.press('ArrowDown')
    await expectAt('menuitem', 'Rename')
    await keyboard.press('ArrowUp', 'Home', 'v')
    await expectAt('menuitem', 'Rename')
    await keyboard.press('r', 'r')
    await expectAt('menuitem', 'Review activity')
    await keyboard.press('Tab')
    await expectAt('checkbox', 'Select Work laptop')
    await keyboard.press('Shift+Tab')
    await expectAt('button', 'Actions for CI server')
  })

  test('renames', async () => {
    await open()
    await openMenu('CI server')
    await keyboard.press('Enter')
    await expectAt('textbox', 'New name')
    await expectTrapped()
    await keyboard.tabTo('textbox', 'New name')
    // The old name is selected, so what is typed takes its place.
    await keyboard.type('Build server')
    await keyboard.press('Enter')
    await expectAt('button', 'Actions for Build server')
    await expectHeard('Renamed to “Build server”.')
  })

  test('replaces', async () => {
    await open()
    await openMenu('Build server')
    await keyboard.press('ArrowDown', 'Enter')
    await expectAt('textbox', 'Name of the new key')
    await keyboard.tabTo('radio', 'In 24 hours')
    await keyboard.press('ArrowDown')
    await expectAt('radio', 'In 7 days')
    await keyboard.press('Tab', 'Tab')
    await expectAt('button', 'Replace key')
    await keyboard.press('Enter')
    await expectAt('button', 'Copy key')
    await keyboard.press('Enter')
    await expectHeard('Key copied.')
    await keyboard.press('Escape')
    await expectAt('button', 'Actions for Build server')
  })

  test('revokes, for a reason and with a note', async () => {
    await open()
    await openMenu('Work laptop')
    await keyboard.press('End', 'ArrowUp', 'Enter')
    await expectAt('button', 'Cancel')
    await expectTrapped()
    await keyboard.tabTo('radio', 'It is no longer needed')
    await keyboard.press('ArrowDown')
    await expectAt('radio', 'Compromised')
    await keyboard.press('Tab')
    await expectAt('textbox', 'Note (optional)')
    await keyboard.type('Left on the train.')
    await keyboard.press('Tab', 'Tab')
    await expectAt('button', 'Revoke key')
    await keyboard.press('Enter')
    await expectAt('button', 'Actions for Work laptop')
    await expectHeard('Work laptop is no longer accepted anywhere.')
  })

  test('does not revoke with a key in the note, and takes the person to it', async () => {
    await open()
    await openMenu('Build server')
    await keyboard.press('End', 'ArrowUp', 'Enter')
    await keyboard.tabTo('textbox', 'Note (optional)')
    await keyboard.type(await clipboard())
    await keyboard.tabTo('button', 'Revoke key')
    await keyboard.press('Enter')
    await expectAt('textbox', 'Note (optional)')
    await keyboard.press('Escape')
    await expectAt('button', 'Actions for Build server')
  })
})

test('a notice is read aloud and put away', async () => {
  await open()
  await openMenu('Key 3 of second')
  await keyboard.press('Enter')
  await expectAt('textbox', 'New name')
  await keyboard.type('Key three of second')
  await keyboard.press('Enter')
  await expectHeard('Renamed to “Key three of second”.')
  await keyboard.tabTo('button', 'Dismiss', 'Shift+Tab')
  await keyboard.press('Enter')
  await person.page.getByRole('button', { name: 'Dismiss' }).waitFor({ state: 'detached' })
  await expectSomewhere()
})

describe('the list', () => {
  test('goes on to its end', async () => {
    await open()
    await keyboard.tabTo('button', 'Load more')
    await keyboard.press('Enter')
    await person.page.getByText('First 50 keys').first().waitFor({ state: 'detached' })
    await expectSomewhere()
  })

  test('is searched: how many keys fit is read aloud', async () => {
    await open()
    await keyboard.tabTo('searchbox', 'Search keys')
    await keyboard.type('of second')
    await expectHeard(/\b29 keys/)
  })

  test('is filtered: that no key fits is read aloud, and there is a way back', async () => {
    await open()
    await keyboard.tabTo('combobox', 'Status')
    await keyboard.press('End')
    await expectHeard('No key fits')
    await keyboard.tabTo('link', 'Show all keys')
    await keyboard.press('Enter')
    await person.page.getByRole('row').nth(1).waitFor()
    await expectSomewhere()
  })

  test('several of it are selected and revoked', async () => {
    await open()
    await keyboard.tabTo('checkbox', 'Select Key 2 of second')
    await keyboard.press('Space')
    await expectHeard('1 key selected')
    await keyboard.press('Tab', 'Tab')
    await expectAt('checkbox', 'Select Key 1 of second')
    await keyboard.press('Space')
    await expectHeard('2 keys selected')
    await keyboard.tabTo('button', 'Revoke selected', 'Shift+Tab')
    await keyboard.press('Enter')
    await expectAt('button', 'Cancel')
    await keyboard.tabTo('button', 'Revoke 2 keys')
    await keyboard.press('Enter')
    await expectHeard('2 keys are no longer accepted anywhere.')
    await expectAt('heading', 'API Keys')
  })

  test('nothing of it is selected any more after “Clear selection”', async () => {
    await open()
    await keyboard.tabTo('checkbox', 'Select all active keys')
    await keyboard.press('Space')
    await keyboard.tabTo('button', 'Clear selection', 'Shift+Tab')
    await keyboard.press('Enter')
    await expectAt('heading', 'API Keys')
  })
})

describe('the activity', () => {
  test('is filtered: that nothing fits is read aloud, and there is a way back', async () => {
    await open()
    await keyboard.tabTo('link', 'Activity')
    await keyboard.press('Enter')
    await person.page.getByRole('heading', { name: 'Activity' }).waitFor()
    await expectAt('link', 'Activity')
    await keyboard.tabTo('textbox', 'Until')
    await keyboard.type('01012020')
    await keyboard.press('Tab')
    await keyboard.type('1200AM')
    await expectHeard('Nothing fits')
    await keyboard.tabTo('link', 'Show all activity')
    await keyboard.press('Enter')
    await person.page.getByRole('row').nth(1).waitFor()
    await expectSomewhere()
  })

  test('is filtered by kind and key, and no longer', async () => {
    await open('&view=activity')
    await keyboard.tabTo('combobox', 'Key')
    await keyboard.press('ArrowDown')
    await keyboard.press('Tab', 'ArrowDown')
    expect(await field()).toBe('created')
    await keyboard.tabTo('link', 'Clear filters')
    await keyboard.press('Enter')
    await person.page.getByRole('link', { name: 'Clear filters' }).waitFor({ state: 'detached' })
    await expectSomewhere()
  })

  test('goes on to its end', async () => {
    await open('&view=activity')
    await keyboard.tabTo('button', 'Load more')
    await keyboard.press('Enter')
    await person.page.getByText('Newest 50 entries').first().waitFor({ state: 'detached' })
    await expectSomewhere()
  })
})

test('the set-up guide', async () => {
  await open()
  await keyboard.tabTo('link', 'Set-up guide')
  await keyboard.press('Enter')
  await keyboard.tabTo('tab', 'Claude Code')
  await keyboard.press('ArrowRight')
  await expectAt('tab', 'Codex')
  await keyboard.tabTo('button', 'Copy the command that adds the server')
  await keyboard.press('Enter')
  await expectHeard('Copied the command that adds the server.')
})

test('the way out of a compromise, to its end', async () => {
  await open()
  await openMenu('Build server')
  await keyboard.press('End', 'Enter')
  await expectAt('heading', 'Report “Build server” as compromised')
  await keyboard.tabTo('button', 'Revoke key now')
  await keyboard.press('Enter')
  await expectAt('heading', /Make a new key with another name/)
  await expectHeard('Build server is no longer accepted anywhere.')
  await keyboard.press('Tab')
  await expectAt('button', 'Make a new key')
  await keyboard.press('Enter')
  await expectAt('textbox', 'Name')
  expect(await field()).toBe('Build server 2')
  await keyboard.press('Enter')
  await expectAt('button', 'Copy key')
  await keyboard.press('Enter')
  await expectHeard('Key copied.')
  await keyboard.press('Escape')
  await expectAt('button', 'Continue')
  await keyboard.press('Enter')
  await expectAt('heading', /Update your agent/)
  await keyboard.tabTo('button', 'My agent is updated')
  await keyboard.press('Enter')
  await expectAt('heading', /Review the activity/)
  await keyboard.tabTo('button', 'Finish')
  await keyboard.press('Enter')
  await expectAt('heading', 'API Keys')
})

test('signing out', async () => {
  await open()
  await keyboard.tabTo('button', 'Sign out')
  await person.page.keyboard.press('Enter')
  // The provider asks too.
  await person.page.getByRole('button', { name: 'Yes, sign me out' }).waitFor()
  await keyboard.tabTo('button', 'Yes, sign me out')
  await person.page.keyboard.press('Enter')
  await person.page.getByRole('heading', { name: 'Sign in to see your API keys' }).waitFor()
  const me = await person.page.evaluate(async () => (await fetch('/v1/me')).status)
  expect(me).toBe(401)
})

test('nothing was wrong with the page meanwhile', () => {
  expect(person.complaints()).toEqual([])
})

describe('control:', () => {
  const opened = async (): Promise<Keyboard> => {
    const { page } = await world.signedIn('manager')
    const another = await keyboardOf(page, 1_000)
    await page.reload()
    await page.getByRole('row').nth(1).waitFor()
    await another.tabTo('button', 'New Key')
    await another.press('Enter')
    await another.expectAt('textbox', 'Name')
    return another
  }

  test('a dialog that does not keep the focus is noticed', async () => {
    const another = await opened()
    await another.page.evaluate(() => {
      const dialog = document.querySelector('dialog')
      dialog?.close()
      dialog?.show()
    })
    await expect(another.expectTrapped()).rejects.toThrow('outside')
  })

  test('focus that gets lost is noticed, and also where it should have gone', async () => {
    const another = await opened()
    await another.page.evaluate(() => {
      document.querySelector('dialog form')?.remove()
    })
    await expect(another.expectSomewhere()).rejects.toThrow('after Enter')
    await expect(another.expectAt('textbox', 'Name')).rejects.toThrow('at nothing')
  })

  test('words that stand there and are not read aloud are not taken as heard', async () => {
    const another = await opened()
    await another.page.evaluate(() => {
      document.querySelector('dialog')?.append('In sight only.')
      // Behind the dialog nothing is read aloud.
      document.querySelector('.notices')?.append('Out of reach.')
    })
    await expect(another.expectHeard('In sight only.')).rejects.toThrow('not read aloud')
    await expect(another.expectHeard('Out of reach.')).rejects.toThrow('not read aloud')
  })
})
