// The report of how true the figures are, from the page's help.

import { by } from './lib/reading.mjs';

export const name = 'help leads to the validation report, which can be read on three screens, light and dark';

export async function run({ newPage, until, expect, axe, picture }) {
  for (const viewport of ['desktop', 'tablet', 'phone']) {
    for (const theme of ['light', 'dark']) {
      const page = await newPage({ viewport, theme, touch: viewport !== 'desktop' });
      await page.locator(by('menu')).click();
      await page.locator(by('help')).click();
      const [report] = await Promise.all([page.context().waitForEvent('page'), page.locator(by('validation')).click()]);
      await report.waitForLoadState();
      expect.equal(await report.title(), 'Validation · Tenfold', 'its title');
      expect.above(await report.locator('td:last-child', { hasText: 'pass' }).count(), 300, 'figures that pass');
      const wide = await report.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.below(wide, 1, 'pixels beyond the edge');
      const within = await report.evaluate(() =>
        [...document.querySelectorAll('.scroll')].every((table) => table.scrollWidth <= table.clientWidth + 1),
      );
      expect.ok(within, `${viewport}: a table is wider than its frame`);
      await axe(report);
      await picture(report, `${viewport}-${theme}`);
      await report.locator('nav a', { hasText: 'Caches' }).click();
      await until(() => report.evaluate(() => Math.abs(document.querySelector('#caches').getBoundingClientRect().top) < 40), {
        what: 'the part on caches',
      });
      await report.locator('header a').click();
      await report.locator(by('canvas')).waitFor();
      await page.context().close();
    }
  }
}
