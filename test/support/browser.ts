import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser } from 'playwright-core'

/*
 * Not the package's own list of arguments: that one switches web security off (CORS, site isolation), which the tests
 * are about. Its browser needs no library of the system.
 */
const flags = [
  '--headless=shell',
  '--no-sandbox',
  '--no-zygote',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
]

/** A real Chromium with its web security on. Close it when done. */
export const launchBrowser = async (more: ReadonlyArray<string> = []): Promise<Browser> =>
  playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...flags, ...more],
    headless: true,
  })
