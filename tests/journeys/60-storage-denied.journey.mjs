import { by, reading } from './lib/reading.mjs';

export const name = 'a browser that keeps nothing: the page works and says so';

export async function run({ newPage, until, expect }) {
  const denied = await newPage({
    init: () => {
      const get = () => {
        throw new DOMException('denied', 'SecurityError');
      };
      Object.defineProperty(window, 'localStorage', { get });
    },
  });
  await says(denied, /keeps nothing/);
  await works(denied);
  await denied.locator(by('menu')).click();
  await denied.locator(by('my-models')).click();
  expect.match(await denied.locator('dialog').textContent(), /Nothing is kept/, 'my models');

  // Storage that fills up later.
  const full = await newPage();
  await full.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await works(full);
  await says(full, /not kept/);

  function says(page, words) {
    return until(async () => words.test((await page.locator('.toast').allTextContents()).join()), { what: `the words ${words}` });
  }

  /** The chain runs, can be changed, and has a link. */
  async function works(page) {
    const eye = reading(page, until);
    await eye.figureWhere('stat-throughput', 'above nothing', (x) => x > 0);
    await page.locator(by('title')).fill('Mine');
    await page.keyboard.press('Enter');
    await page.locator(by('load-value')).fill('2');
    await page.keyboard.press('Enter');
    await eye.figureWhere('stat-throughput', 'near 1200/s', (x) => x > 900);
    await page.locator(by('share')).click();
    expect.match(await eye.link(), /#m1:/, 'the link');
    await page.locator(by('dialog-close')).click();
  }
}
