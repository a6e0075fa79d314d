import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** No sandbox, as tests often run as root in a container; nothing that talks to anyone but the page. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Starts a headless Chromium: the one that `CHROMIUM` names, as `npm test` and `npm start` set it, or Debian's. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ARGUMENTS });
}
