import type { Locator, Page } from 'playwright-core'

/** What a person does on the page, by what is written and said there. */

export const dialog = (page: Page): Locator =>
  page.getByRole('dialog').or(page.getByRole('alertdialog')).last()

/** The row of a key in the list. */
export const rowOf = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) })

/** Clicks the menu icon next to a key, and selects an entry. */
export const choose = async (page: Page, name: string, entry: string): Promise<void> => {
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

/** New Key, a name, and the secret as it stands on the page; its dialog stays open. */
export const makeKey = async (page: Page, name: string): Promise<string> => {
  await page.getByRole('button', { name: 'New Key' }).click()
  await dialog(page).getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Create key' }).click()
  return shownSecret(page)
}

export const shownSecret = async (page: Page): Promise<string> =>
  (await page.getByRole('group', { name: 'Your new key' }).locator('code').textContent()) ?? ''

/** Copies the secret, and closes the dialog that shows it. */
export const copyAndClose = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await dialog(page).waitFor({ state: 'detached' })
}

/** A key that has been made, copied and put away. */
export const keyOnHand = async (page: Page, name: string): Promise<string> => {
  const secret = await makeKey(page, name)
  await copyAndClose(page)
  return secret
}

/** Menu icon, Revoke, confirm; resolves when the page says that it is done. */
export const revoke = async (page: Page, name: string): Promise<void> => {
  await choose(page, name, 'Revoke')
  await dialog(page).getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText(`${name} is no longer accepted anywhere.`).first().waitFor()
}

/** Menu icon, Rename, a new name. */
export const rename = async (page: Page, name: string, next: string): Promise<void> => {
  await choose(page, name, 'Rename')
  await dialog(page).getByLabel('Name').fill(next)
  await dialog(page).getByRole('button', { name: 'Rename' }).click()
  await dialog(page).waitFor({ state: 'detached' })
}
