// Examples come when they are opened, and sections of settings fold.

import { by } from './lib/reading.mjs';

export const name = 'examples are fetched once, when they are opened; without a connection the page says so and works on; settings fold in sections';

/** What this journey provokes. */
const OFFLINE = [/ERR_FAILED/, /Failed to load resource/];

export async function run({ newPage, until, expect }) {
  const page = await newPage({ tolerate: OFFLINE });
  const fetched = [];
  page.context().on('request', (request) => /examples-/.test(request.url()) && fetched.push(request.url()));
  await page.locator(by('node-app')).waitFor();
  expect.equal(fetched.length, 0, 'fetched before anybody asks');

  // Without a connection.
  await page.context().route(/examples-/, (route) => route.abort());
  await page.locator(by('examples')).click();
  expect.match(await page.locator(by('examples-missing')).textContent(), /could not be fetched/, 'what it says');
  await page.context().unroute(/examples-/);

  // The answer is slow: what stands there meanwhile takes as much room.
  let answer;
  const held = new Promise((go) => (answer = go));
  await page.context().route(/examples-/, async (route) => {
    await held;
    await route.continue();
  });
  await page.locator(by('examples-again')).click();
  const box = () => page.locator('dialog').evaluate((dialog) => dialog.getBoundingClientRect().toJSON());
  await page.locator('.awaited').first().waitFor();
  const awaiting = await box();
  answer();
  await page.locator(by('example-stampede')).waitFor();
  expect.equal(await box(), awaiting, 'the place of the dialog');
  await page.locator(by('example-pool-exhaustion')).click();
  await until(async () => (await page.locator(by('node-app')).count()) === 0 || /pool/i.test(await page.title()), { what: 'the example' });
  await page.locator(by('examples')).click();
  await page.locator(by('example-cache-flush')).click();
  expect.equal(fetched.length, 2, 'fetched once, and once in vain');

  // A reload finds the example that was open; where it cannot be fetched, the first, and words.
  const title = await page.title();
  await page.reload();
  await until(async () => (await page.title()) === title, { what: title });
  await page.context().unroute(/examples-/);
  await page.context().route(/examples-/, (route) => route.abort());
  await page.reload();
  await until(async () => /could not be fetched/.test((await page.locator('.toast').allTextContents()).join()), { what: 'words' });
  await page.locator(by('node-app')).waitFor();

  // Sections: what is changed is open, the keyboard folds, and a field in a folded one is found.
  await page.locator(by('node-orders')).click();
  const section = (title) => page.locator('.section', { has: page.locator(by(`section-${title}`)) });
  const isOpen = (title) => section(title).evaluate((details) => details.open);
  expect.equal([await isOpen('Servers and work'), await isOpen('Replicas')], [true, false], 'the first is open, the others not');
  await page.locator(by('section-Replicas')).focus();
  await page.keyboard.press('Enter');
  await page.locator(by('field-replicas')).fill('2');
  await page.keyboard.press('Enter');
  await until(async () => /1 changed/.test(await page.locator(by('section-Replicas')).textContent()), { what: '1 changed' });
  await page.locator(by('reset-replicas')).click();
  await until(async () => !/changed/.test(await page.locator(by('section-Replicas')).textContent()), { what: 'nothing changed' });
  expect.ok(await isOpen('Replicas'), 'it does not close under the hand');

  // A pool comes off a link with what needs it.
  await page.locator(by('tab-outline')).click();
  await page.locator(by('outline-app-products')).click();
  await page.locator(by('section-Connections')).click();
  expect.match(await section('Connections').textContent(), /needs “Pool”/, 'why the wait cannot be set');
  await page.locator(by('field-pool-absent')).click();
  await page.locator(by('field-pool_hold')).locator('[data-value="request"], option[value="request"]').first().waitFor({ state: 'attached' });
  await page.locator(by('field-pool_wait')).fill('3s');
  await page.keyboard.press('Enter');
  await page.locator(by('reset-pool_wait')).waitFor();
  await page.locator(by('field-pool-absent')).click();
  await until(async () => /needs “Pool”/.test(await section('Connections').textContent()), { what: 'the pool to be gone' });
  expect.equal(await page.locator('.error:visible').count(), 0, 'refusals');
}
