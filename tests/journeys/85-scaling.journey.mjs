// A queue, a worker and an autoscaler: built by mouse, put under load, and seen to scale.

import { mouse } from './lib/hands.mjs';
import { by, reading } from './lib/reading.mjs';

export const name = 'a visitor draws clients, a queue, a worker and an autoscaler; under ten times the load it decides, says why, and instances come';
export const timeoutMs = 180_000;

export async function run({ newPage, until, expect }) {
  const page = await newPage();
  const [hands, eye] = [mouse(page), reading(page, until)];
  await eye.becomes('run', 'running');
  await hands.menu('new');
  await eye.appears('[data-node]', 0);

  for (const [kind, place] of [
    ['clients', [0.12, 0.7]],
    ['queue', [0.42, 0.7]],
    ['worker', [0.75, 0.7]],
    ['autoscaler', [0.75, 0.2]],
  ]) {
    await hands.add(kind, place);
    await eye.appears(`#node-${kind}`);
  }
  await hands.connect('clients', 'queue');
  await hands.connect('queue', 'worker');

  // An autoscaler scales workers and no queue, which it says.
  await hands.connect('autoscaler', 'queue');
  await page.getByText('Autoscaler scales services and workers, Queue is neither.').first().waitFor();
  await eye.appears('#link-autoscaler-queue', 0);
  await hands.connect('autoscaler', 'worker');
  await eye.appears('#link-autoscaler-worker[data-carries="control"]');
  await eye.appears('#link-queue-worker[data-carries="messages"]');

  // By messages, as KEDA does.
  await hands.select('autoscaler');
  await hands.choose('field-algorithm', 'KEDA');
  await page.locator('#node-autoscaler .what', { hasText: 'KEDA' }).waitFor();
  await eye.appears(`${by('inspector')} .refused`, 0);
  await hands.press('speed-60×');
  if ((await eye.state('run')) === 'paused') await hands.press('run');
  await eye.becomes('run', 'running');
  await eye.becomes('link-queue-worker', 'flowing');

  await hands.load(10);
  const log = page.locator(`${by('inspector')} [role="log"]`);
  const first = await until(async () => (await log.getByText(/\d+ → \d+: /).count()) > 0 && log.getByText(/\d+ → \d+: /).last(), {
    what: 'a decision in the log',
    ms: 60_000,
  });
  expect.ok(/\d+ → \d+: .{8,}/.test(await first.textContent()), 'a decision says why');
  await until(async () => (await eye.count('#node-worker .bricks .ready')) > 2, { what: 'more instances', ms: 90_000 });
  await eye.figureWhere('tile-desired', 'above two', (x) => x > 2);

  // The crosshair of a small chart says what was true then, and goes when the pointer does.
  const chart = page.locator(by('courses')).locator('canvas').last();
  await chart.hover();
  await until(async () => /^\d:\d\d:\d\d, .* ready/.test(await chart.getAttribute('aria-valuetext')), { what: 'an instant under the crosshair' });
  await page.mouse.move(5, 5);
  await until(async () => (await chart.getAttribute('aria-valuetext')) === 'no instant chosen', { what: 'the crosshair to go' });

  // Without its messages a worker cannot be scaled by them: the hold on it goes with them, and comes back with them.
  await hands.select('queue');
  await hands.press('delete');
  await page.getByText('Autoscaler does not scale Worker any more').first().waitFor();
  await eye.appears('#node-queue', 0);
  await eye.appears('#link-autoscaler-worker', 0);
  await hands.press('undo');
  await eye.appears('#node-queue');
  await eye.appears('#link-autoscaler-worker');

  // What a link can be asked for is what means something there.
  await hands.select('queue');
  await hands.press('goto-queue-worker');
  await eye.appears(by('field-prefetch'));
  await eye.appears(by('field-calls'), 0);

  // Everything that happened, each a way to its moment.
  await hands.press('events');
  await page.locator(`${by('dialog-events')} [role="log"] li`).first().waitFor();
  await page.locator(`${by('dialog-events')} .event:not(:disabled)`).last().click();
  await until(async () => (await eye.state('run')) === 'paused', { what: 'the run to stand at the event' });
}
