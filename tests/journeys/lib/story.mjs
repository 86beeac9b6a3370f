// The journey everything is for, told once and walked with mouse, keyboard and finger: draw a chain without a cache,
// run it, find what breaks, mend it, keep it, share it.

import { reading } from './reading.mjs';

/** Kinds, which are the ids of what is added first, and where they are put, in shares of the canvas. */
const CHAIN = [
  ['clients', [0.12, 0.25]],
  ['cdn', [0.45, 0.25]],
  ['load-balancer', [0.8, 0.25]],
  ['service', [0.15, 0.72]],
  ['database', [0.85, 0.72]],
];

/**
 * Walks it on `page` with `hands`. The figures behind the loads: of 100 requests a second the edge, which has room for
 * a hundred of ten thousand replies, passes on about 63; the service can do 400 and the database 200, so that the
 * database gives in at three times the load and the service at six, when a cache has taken the database's work.
 */
export async function story({ page, hands, newPage, until, expect }) {
  const eye = reading(page, until);

  // Draw it.
  await eye.becomes('run', 'running');
  await hands.menu('new');
  await eye.appears('[data-node]', 0);
  await hands.press('run');
  await eye.becomes('run', 'paused');
  for (const [kind, place] of CHAIN) {
    await hands.add(kind, place);
    await eye.appears(`#node-${kind}`);
  }
  for (const [at, [to]] of CHAIN.slice(1).entries()) {
    const from = CHAIN[at][0];
    await hands.connect(from, to);
    await eye.appears(`#link-${from}-${to}`);
  }

  // Edit it.
  await hands.select(null);
  await hands.press('add-classes');
  await hands.press('class-class-1');
  await hands.type('field-class-class-1-keys', '10000');
  await hands.select('cdn');
  await hands.type('field-capacity', '1MB');
  await hands.select('database');
  await hands.type('field-connection_wait', '200ms');
  await hands.type('field-read_work-mean', '20ms');
  await hands.leave();

  // Run it.
  await hands.press('speed-60×');
  await hands.press('run');
  await eye.becomes('run', 'running');
  await eye.becomes('link-service-database', 'flowing');
  await eye.figureWhere('stat-throughput', 'near 100/s', (x) => x > 70 && x < 130);
  await eye.figureWhere('stat-cost', 'above nothing', (x) => x > 0);
  const calm = await eye.figureWhere('stat-p99', 'below 200 ms', (x) => x > 0 && x < 0.2);

  // The database is the first to give in.
  await hands.load(5);
  expect.close(await eye.load(), 5, 1, 'the load');
  await eye.becomes('node-database', 'saturated');
  const strained = await eye.figureWhere('stat-p99', 'above 400 ms', (x) => x > 0.4);
  expect.above(strained, 2 * calm, 'p99 with a saturated database');
  expect.ok(['working', 'warm'].includes(await eye.state('node-service')), 'the service does not give in yet');

  // A cache, put in while it runs, helps; without it all is as before; with it again it helps again.
  await hands.insert('cache', 'service', 'database');
  await mended();
  await hands.press('undo');
  await eye.appears('#node-cache', 0);
  await eye.appears('#link-service-database');
  await eye.becomes('node-database', 'saturated');
  await eye.figureWhere('stat-p99', 'above 400 ms', (x) => x > 0.4);
  await hands.press('redo');
  await mended();

  // The service is the next; more instances help.
  await hands.load(9);
  expect.close(await eye.load(), 9, 1.5, 'the load');
  await eye.becomes('node-service', 'saturated');
  await hands.select('service');
  await hands.type('field-instances', '4');
  await eye.appears('#node-service .bricks .ready', 4);
  await eye.relaxes('service');

  // One crashes and comes back.
  await hands.select('service');
  await hands.press('crash');
  await eye.appears('#node-service .bricks .down');
  await hands.press('return');
  await eye.appears('#node-service .bricks .down', 0);
  await eye.appears('#node-service .bricks .ready', 4);
  await hands.leave();

  // It is kept, and whoever has its link has it.
  await hands.press('share');
  const link = await eye.link();
  await hands.press('dialog-close');
  await page.reload();
  await eye.appears('#node-cache');
  await hands.press('share');
  expect.equal(await eye.link(), link, 'the model after a reload');

  const friend = await newPage({ at: link });
  const other = reading(friend, until);
  await other.appears('[data-node]', CHAIN.length + 1);
  await other.becomes('link-cache-database', 'flowing');
  await friend.locator('[data-testid="share"]').click();
  expect.equal(await other.link(), link, 'the model in a stranger’s browser');

  async function mended() {
    await eye.appears('#link-service-cache');
    await eye.appears('#link-cache-database');
    await eye.appears('#link-service-database', 0);
    await eye.becomes('link-service-cache', 'flowing');
    await eye.relaxes('database');
    await eye.figureWhere('stat-p99', 'below 250 ms', (x) => x < 0.25);
  }
}
