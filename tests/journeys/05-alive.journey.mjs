// What is painted past the elements that other journeys read: dots, rings, a link's latency, charts of another size.

import { by, reading } from './lib/reading.mjs';

export const name = 'what should move moves, and what should fit fits';

/** How much of the dots' canvas is painted, and a sum that changes when anything moves. */
const dots = (page) =>
  page.locator('#dots').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let [painted, sum] = [0, 0];
    for (let i = 3; i < data.length; i += 4) {
      if (data[i] > 0) [painted, sum] = [painted + 1, (sum * 31 + i) % 1_000_003];
    }
    return { painted, sum };
  });

/** The difference between each chart's canvas and the place it has, in pixels. */
const misfits = (page) =>
  page.locator('.chart-plot:visible').evaluateAll((plots) =>
    plots.map((plot) => Math.abs(plot.clientWidth - plot.querySelector('canvas.plot').getBoundingClientRect().width)),
  );

export async function run({ newPage, until, expect }) {
  const page = await newPage();
  const eye = reading(page, until);
  await eye.appears('[data-state="flowing"][data-link]', 5);

  const before = await until(async () => (await dots(page)).painted > 50 && dots(page), { what: 'dots on the links' });
  await until(async () => (await dots(page)).sum !== before.sum, { what: 'the dots to move', ms: 2_000 });

  const ring = page.locator('[data-ring="shown"] .ring').first();
  await until(
    async () => {
      const [drawn, said] = [await ring.getAttribute('style'), await ring.locator('.ring-number').textContent()];
      return Number(said) > 0 && drawn === `--busy:${said}`;
    },
    { what: 'a ring drawn as far as its number says' },
  );

  const link = page.locator('[data-link]').first();
  const latency = link.locator('.latency');
  expect.ok(!(await latency.isVisible()), 'no latency while nobody asks');
  const [x, y] = await link.locator('.line').evaluate((line) => {
    const { x, y } = line.getPointAtLength(line.getTotalLength() * 0.4).matrixTransform(line.getScreenCTM());
    return [x, y];
  });
  await page.mouse.move(x, y);
  await until(async () => (await latency.isVisible()) && / \d.*s$/.test(await latency.textContent()), {
    what: 'the latency of the link that is pointed at',
  });

  await page.setViewportSize({ width: 1240, height: 800 });
  await until(async () => (await misfits(page)).every((pixels) => pixels < 1.5), { what: 'charts as wide as their place' });
  await page.locator(by('run')).click();
  await eye.becomes('run', 'paused');

  const still = await newPage({ reducedMotion: true });
  await reading(still, until).appears('[data-state="flowing"][data-link]', 5);
  expect.equal((await dots(still)).painted, 0, 'dots for those who prefer no motion');
}
