// The same by keyboard alone and with a finger, and with a node pool beside the autoscaler.

import { finger, keyboard } from './lib/hands.mjs';
import { by, reading } from './lib/reading.mjs';

export const name = 'by keyboard alone and with a finger: a worker scaled by its messages, a service scaled on nodes, and links that make no sense';
export const timeoutMs = 240_000;

export async function run({ newPage, until, expect }) {
  const desk = await newPage();
  await build(desk, keyboard(desk));
  const phone = await newPage({ viewport: 'phone', touch: true });
  await build(phone, await finger(phone));

  async function build(page, hands) {
    const eye = reading(page, until);
    const says = (words) => page.getByText(words).first().waitFor();
    const add = async (kind) => {
      await hands.add(kind, [0.5, 0.5]);
      await eye.appears(`#node-${kind}`);
    };
    await eye.becomes('run', 'running');
    await hands.menu('new');
    await eye.appears('[data-node]', 0);

    // What is added beside a queue takes its messages; said again it is no link backwards.
    for (const kind of ['clients', 'queue', 'worker', 'database']) await add(kind);
    await hands.connect('clients', 'queue');
    await hands.connect('worker', 'database');
    await eye.appears('#link-worker-database');
    await eye.appears('#link-queue-worker');
    await hands.connect('queue', 'worker');
    await says('Queue is connected to Worker already.');
    await eye.appears('#link-worker-queue', 0);

    await hands.select('database');
    await add('autoscaler');
    await hands.connect('autoscaler', 'queue');
    await says('Autoscaler scales services and workers, Queue is neither. Connect it to Worker.');
    await hands.connect('autoscaler', 'worker');
    await eye.appears('#link-autoscaler-worker[data-carries="control"]');

    await hands.select('autoscaler');
    await hands.choose('field-algorithm', 'KEDA');
    await until(async () => (await page.locator('#node-autoscaler .what').textContent()) === 'KEDA, 1–10', { what: 'KEDA to be chosen' });
    await hands.type('field-max', '6');
    await until(async () => (await page.locator('#node-autoscaler .what').textContent()) === 'KEDA, 1–6', { what: 'another most' });
    await hands.type('field-min', '7');
    await says('at least 7 and at most 6 contradict each other');
    await hands.type('field-min', '1');
    await eye.appears(`${by('inspector')} .refused`, 0);
    await hands.leave();

    await hands.press('speed-60×');
    await eye.becomes('link-queue-worker', 'flowing');
    await hands.load(10);
    await until(async () => (await eye.count('#node-worker .bricks .ready')) > 2, { what: 'more instances', ms: 90_000 });
    await hands.select('autoscaler');
    const log = page.locator(`${by('inspector')} [role="log"]`);
    const decision = log.getByText(/\d+ → \d+: .{8,}/).first();
    await decision.waitFor();
    const words = await decision.textContent();
    expect.ok(!/: (up|down) to \d+:/.test(words), `the number is not said twice: ${words}`);
    await hands.leave();

    // Whom it scales goes, and comes back.
    await hands.select('worker');
    await until(async () => (await page.locator(by('field-name')).inputValue()) === 'Worker', { what: 'the worker’s settings' });
    await hands.press('delete');
    await eye.appears('#node-worker', 0);
    await eye.appears('#link-autoscaler-worker', 0);
    await hands.leave();
    await hands.press('undo');
    await eye.appears('#link-autoscaler-worker');

    // A service has an autoscaler and a node pool: each is connected to what it was added beside.
    await hands.menu('new');
    await eye.appears('[data-node]', 0);
    for (const kind of ['clients', 'load-balancer', 'service']) await add(kind);
    await hands.connect('clients', 'load-balancer');
    await hands.connect('load-balancer', 'service');
    await hands.select('service');
    await add('autoscaler');
    await eye.appears('#link-autoscaler-service');
    await hands.select('service');
    await add('node-pool');
    await eye.appears('#link-node-pool-service[data-carries="control"]');
    await hands.select('autoscaler');
    await hands.choose('field-algorithm', 'KEDA');
    await says('nothing gives it any; link a queue to it first, or choose another metric');
    await hands.leave();
  }
}
