// What theory predicts stands beside what is measured; where it does not apply, the assumption that fails.

import { by, reading } from './lib/reading.mjs';

export const name = 'theory beside measurement: predicted and measured for a textbook queue, and why not elsewhere';

export async function run({ newPage, until, expect }) {
  const page = await newPage();
  const eye = reading(page, until);
  await example('mm1');
  await page.locator(by('speed-max')).click();
  await page.locator(by('node-server')).click();
  await page.locator(by('theory')).click();
  const gist = () => page.locator(by('theory-gist')).textContent();
  await until(async () => (await gist()).startsWith('M/M/1'), { what: 'the formula' });

  const predicted = (quantity) => eye.figure(`predicted-${quantity}`);
  const measured = (quantity) => eye.figure(`measured-${quantity}`);
  // Work of 10 ms at 80 % of one server: 40 ms of waiting.
  expect.ok(Math.abs((await predicted('Wait, mean')) - 0.04) < 1e-9, 'the predicted wait is 40 ms');
  await until(async () => Math.abs((await measured('Wait, mean')) / 0.04 - 1) < 0.1, {
    what: 'the measured wait to be about what is predicted',
    ms: 60_000,
  });

  // At twice the load there is nothing to predict, and it says so; back at once, it predicts as before.
  await load('2');
  await until(async () => (await gist()) === 'does not apply', { what: 'no formula under overload' });
  await remark('Overload: 160/s come and 100/s can be served');
  await load('1');
  await until(async () => Math.abs((await predicted('Wait, mean')) - 0.04) < 1e-9, { what: 'the prediction to be back' });

  // Behind a cache, arrivals are no Poisson stream.
  await example('classic-chain');
  await page.locator(by('node-app')).click();
  await remark('Arrivals are not Poisson: they come through the cache Edge.');
  await page.locator(by('theory')).click();
  await eye.appears('.beside', 0);

  async function example(slug) {
    await page.locator(by('examples')).click();
    await page.locator(by(`example-${slug}`)).click();
  }

  async function load(times) {
    await page.locator(by('load-value')).fill(times);
    await page.keyboard.press('Enter');
  }

  function remark(words) {
    return until(async () => (await page.locator('.remark').allTextContents()).some((text) => text.includes(words)), { what: words });
  }
}
