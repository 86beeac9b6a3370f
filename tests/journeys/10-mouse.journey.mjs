import { by, reading } from './lib/reading.mjs';
import { mouse } from './lib/hands.mjs';
import { story } from './lib/story.mjs';

export const name = 'by mouse: draw the chain, find what breaks, mend it, keep it, share it';

export async function run({ newPage, until, expect }) {
  const page = await newPage();
  await rename({ page, until, expect });
  await story({ page, hands: mouse(page), newPage, until, expect });
}

/** Two clicks on a card open its name; Enter keeps what is written, Escape what was there. */
async function rename({ page, until, expect }) {
  const card = page.locator('[data-node]').first();
  const called = (text) => until(async () => (await card.locator('.name').textContent()) === text, { what: `the name to be ${text}` });
  const before = await card.locator('.name').textContent();
  const open = async () => {
    await card.dblclick();
    const focused = () => page.evaluate(() => document.activeElement?.id === 'rename');
    await until(focused, { what: 'the name to be open for writing' });
  };
  await open();
  await page.keyboard.type('Visitors');
  await page.keyboard.press('Enter');
  await called('Visitors');
  await open();
  await page.keyboard.type('Nobody');
  await page.keyboard.press('Escape');
  await called('Visitors');
  await page.locator(by('undo')).click();
  await called(before);
  expect.equal(await reading(page, until).state('run'), 'running', 'the run');
}
