// What one journey is given, and what it must have left clean at its end.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { axe } from './axe.mjs';
import { expect } from './expect.mjs';
import { open } from './page.mjs';
import { until } from './until.mjs';

/** Sets up one journey; its pictures go to `folder`. */
export function stage({ browser, url, folder }) {
  const pages = [];

  const newPage = async (options = {}) => {
    const opened = await open(browser, url, options, (made) => pages.push(made));
    return opened.page;
  };

  const picture = async (page, name) => {
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  };

  return {
    /** Everything a journey's `run` is handed. */
    hands: { browser, url, newPage, until, expect, axe, picture },
    /** Every page it opened: `{ page, log, faults }`. */
    pages,
    /** Throws if any page misbehaved, whatever the journey itself thought. */
    assertClean() {
      const faults = pages.flatMap(({ faults: of }, index) => of.map((fault) => `page ${index + 1}: ${fault}`));
      if (faults.length > 0) throw new Error(`the page misbehaved:\n  ${faults.join('\n  ')}`);
    },
    async strike() {
      await Promise.all(pages.map(({ page }) => page.context().close().catch(() => {})));
    },
  };
}
