// What the live run is by its statistics, beside the verdict of the moment.

import { by } from './lib/reading.mjs';

export const name = 'while it runs, the page says how well p99 is known and whether the run is steady, too short, unstable or changing';
export const timeoutMs = 180_000;

export async function run({ newPage, until, expect }) {
  for (const [viewport, theme] of [['desktop', 'light'], ['phone', 'dark']]) {
    const page = await newPage({ viewport, theme, touch: viewport === 'phone' });
    const standing = page.locator(by('standing'));
    const says = (words) => until(async () => words.test(await standing.textContent()), { what: `${words}`, ms: 90_000 });
    const places = () =>
      page.evaluate(() =>
        ['.verdict', '.charts-frame', '.middle'].map((part) => {
          const { top, height } = document.querySelector(part).getBoundingClientRect();
          return [top, height];
        }),
      );

    await example(page, 'mm1');
    await says(/^Not converged: run longer, about \d/);
    const before = await places();
    await page.locator(by('speed-max')).click();
    await says(/^p99 2\d\d ms ± \d.* % · steady$/);
    expect.equal(await standing.getAttribute('data-kind'), 'good', 'its kind');
    expect.equal(await places(), before, 'where everything stands');

    await load(page, '2');
    await says(/^Unstable: load exceeds capacity at Server$/);
    expect.equal(await places(), before, 'where everything stands');
    // Measured afresh, it is steady again.
    await load(page, '0.5');
    await says(/· steady$/);

    await example(page, 'flash-crowd');
    await says(/^Changes with time: no steady state$/);
    await page.context().close();
  }

  async function example(page, slug) {
    const examples = page.locator(by('examples'));
    if (await examples.isVisible()) {
      await examples.click();
    } else {
      await page.locator(by('menu')).click();
      await page.locator(by('menu-examples')).click();
    }
    await page.locator(by(`example-${slug}`)).click();
  }

  async function load(page, times) {
    await page.locator(by('load-value')).fill(times);
    await page.keyboard.press('Enter');
  }
}
