// The promise of the same bytes everywhere, on every built-in model and on random ones.

import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { root } from './lib/places.mjs';

export const name = "the worker's report of every example and of 50 random models has the bytes of the command's, with every assertion on and as released";
export const timeoutMs = 600_000;

/** So much of each example is run: enough to fill caches and to pass what its timeline holds early on. */
const LASTS = '20s';
const WARM_UP = '5s';
const WINDOW = '500ms';

export async function run({ newPage, expect }) {
  const commands = (process.env.TENFOLD_COMMANDS ?? '').split(delimiter).filter(Boolean);
  expect.ok(commands.length > 0, 'TENFOLD_COMMANDS names no build of the command');
  const page = await newPage();
  for (const [name, model] of [...(await examples(expect)), ...(await randomModels(expect))]) {
    const text = JSON.stringify(model);
    const native = commands.map((program) =>
      execFileSync(program, ['run', '-', '--format', 'json'], { input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] }),
    );
    const browser = await page.evaluate(reportOf, text);
    for (const [i, report] of native.entries()) {
      expect.ok(report === browser, `${name}: the report of ${commands[i]} differs from the browser's`);
    }
  }
}

/** The built-in models, shortened. */
async function examples(expect) {
  const presets = join(root, 'core/src/presets');
  const files = (await readdir(presets)).filter((file) => file.endsWith('.json'));
  expect.ok(files.length >= 4, `${files.length} examples`);
  const read = async (file) => JSON.parse(await readFile(join(presets, file), 'utf8'));
  return Promise.all(files.map(async (file) => [file, { ...(await read(file)), duration: LASTS, warm_up: WARM_UP, window: WINDOW }]));
}

/** Models that `tests/examples/random_models.rs` has written. */
async function randomModels(expect) {
  const file = process.env.TENFOLD_MODELS;
  expect.ok(file, 'TENFOLD_MODELS names no file of random models');
  const models = JSON.parse(await readFile(file, 'utf8'));
  expect.ok(models.length >= 50, `${models.length} random models`);
  return models.map((model, i) => [`random model ${i}: ${JSON.stringify(model)}`, model]);
}

/** Runs in the page: starts a worker of its own, as the page does, and asks it for a report. */
function reportOf(model) {
  return new Promise((resolve, reject) => {
    const files = new URLSearchParams({
      module: document.querySelector('link[rel=modulepreload]').href,
      wasm: document.querySelector('link[rel=preload][type="application/wasm"]').href,
    });
    const worker = new Worker(`./engine-worker.js?${files}`, { type: 'module' });
    const order = (what) => worker.postMessage({ run: 1, what });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data: { news } }) => {
      const [kind, body] = typeof news.what === 'string' ? [news.what] : Object.entries(news.what)[0];
      if (kind === 'Ready') {
        order({ Start: { model, speed: 1, paused: true } });
        order({ Report: 1 });
      } else if (kind === 'Report') {
        worker.terminate();
        resolve(body.json);
      } else if (kind === 'Refused' || kind === 'Failed') {
        reject(new Error(JSON.stringify(body)));
      }
    };
  });
}
