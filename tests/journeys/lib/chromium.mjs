// Starts the browser: without a screen, and without a word to anyone but the page's own server.

import { pathToFileURL } from 'node:url';
import { locate } from './places.mjs';

const SWITCHES = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A running Chromium, driven by Playwright. */
export async function launch() {
  const { default: playwright } = await import(pathToFileURL(locate('playwright-core')));
  // As root, Chromium refuses to start inside its own sandbox.
  const isRoot = process.getuid?.() === 0;
  return playwright.chromium.launch({
    executablePath: process.env.CHROME || '/usr/bin/chromium',
    args: isRoot ? ['--no-sandbox', ...SWITCHES] : SWITCHES,
  });
}
