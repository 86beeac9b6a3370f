// Two hundred components: measured, not judged. A time that fails a test fails it on slow machines only.

import { by, reading } from './lib/reading.mjs';

export const name = 'two hundred components run while one is dragged';

const CHAINS = 50;
const CHAIN = ['clients', 'load-balancer', 'service', 'database'];

/** Chains beside one another, ten in a row. */
function model() {
  const components = [];
  const links = [];
  for (let chain = 0; chain < CHAINS; chain += 1) {
    for (const [step, kind] of CHAIN.entries()) {
      const at = [(chain % 10) * 260, (Math.floor(chain / 10) * CHAIN.length + step) * 150];
      components.push({ id: `${kind}-${chain}`, kind, at });
      if (step > 0) links.push({ from: `${CHAIN[step - 1]}-${chain}`, to: `${kind}-${chain}` });
    }
  }
  return JSON.stringify({ format: 1, title: 'Many', components, links });
}

export async function run({ newPage, until, expect }) {
  const page = await newPage();
  const eye = reading(page, until);
  await page.locator(by('open-file')).setInputFiles({ name: 'many.json', mimeType: 'application/json', buffer: Buffer.from(model()) });
  await eye.appears('[data-node]', CHAINS * CHAIN.length);
  await eye.becomes('link-service-49-database-49', 'flowing');

  const card = page.locator(by('node-service-22'));
  const before = await card.boundingBox();
  const [x, y] = [before.x + before.width / 2, before.y + before.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate(() => {
    window.frames = [];
    const note = (at) => {
      window.frames.push(at);
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  for (let i = 1; i <= 120; i += 1) await page.mouse.move(x + i, y + 30 * Math.sin(i / 10));
  const at = await page.evaluate(() => window.frames);
  await page.mouse.up();

  const gaps = at.slice(1).map((time, i) => time - at[i]).sort((a, b) => a - b);
  const share = (part) => gaps[Math.floor(part * (gaps.length - 1))].toFixed(1);
  console.log(`         ${gaps.length} frames: ${share(0.5)} ms in the median, ${share(0.95)} ms for 95 of 100`);
  const after = await card.boundingBox();
  expect.close(after.x - before.x, 120, 12, 'how far the card went');
  expect.equal(await eye.state('run'), 'running', 'the run');

  // Of a run that stands still there is one frame, and every card must have it.
  const busy = () => page.locator('[data-utilisation]').evaluateAll((cards) => cards.map((c) => c.dataset.utilisation));
  await page.locator(by('run')).click();
  await eye.becomes('run', 'paused');
  await page.waitForTimeout(500);
  const paused = await busy();
  await page.locator(by('step')).click();
  const changed = async () => (await busy()).filter((share, i) => share !== paused[i]).length;
  await until(async () => (await changed()) > 0.8 * paused.length, { what: `a step to show on most of ${paused.length} cards` });

  await page.locator(by('undo')).click();
  await until(async () => Math.abs((await card.boundingBox()).x - before.x) < 1, { what: 'the card to be back' });
}
