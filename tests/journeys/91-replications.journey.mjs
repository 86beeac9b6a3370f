// A report of several runs, made by several workers.

import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { root } from './lib/places.mjs';
import { by } from './lib/reading.mjs';

export const name = "a pooled report of five runs on several workers has the bytes of the command's; it can be stopped, and a worker may die";
export const timeoutMs = 300_000;

/** A machine of four processors, whatever this one is. */
const init = () => Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 4 });

/** Workers that help: the first of the page is the live run's. They stop with an error when they are given a run. */
const deadly = () => {
  let started = 0;
  window.Worker = class extends Worker {
    helps = started++ > 0;
    postMessage(order) {
      if (this.helps && order.what.Replicate) {
        setTimeout(() => this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' })));
      } else {
        super.postMessage(order);
      }
    }
  };
};

/** Workers that help cannot be loaded. */
const alone = () => {
  let started = 0;
  window.Worker = class extends Worker {
    constructor(address, options) {
      super(started++ > 0 ? './no-such-worker.js' : address, options);
    }
  };
};

export async function run({ newPage, until, expect, axe }) {
  const page = await newPage({ init });
  for (const [slug, duration] of [['mm1', '2m'], ['classic-chain', '10s']]) {
    const model = await preset(slug, duration);
    await open(page, model);
    await choose(page, 5);
    await axe(page, { within: 'dialog' });
    await page.locator(by('report-start')).click();
    expect.equal(await reportOf(page), await native(model), `${slug}: the page's report`);
    expect.match(await page.locator(by('report')).textContent(), /5 runs/, 'the report says how many runs it is of');
    await until(() => page.workers().length === 1, { what: 'the helpers to be gone' });
    await page.locator(by('dialog-close')).click();
  }

  // Stopped half-way.
  await open(page, await preset('mm1', '5h'));
  await choose(page, 20);
  await page.locator(by('report-start')).click();
  await until(() => page.workers().length === 4, { what: 'three helpers' });
  await until(async () => Number(await page.locator(by('report-progress')).getAttribute('value')) > 0, { what: 'progress' });
  await page.locator(by('report-cancel')).click();
  await page.locator('dialog').waitFor({ state: 'detached' });
  await until(() => page.workers().length === 1, { what: 'the helpers to be gone' });
  await page.context().close();

  // A helper dies.
  const unlucky = await newPage({ init: deadly });
  await open(unlucky, await preset('mm1', '2m'));
  await choose(unlucky, 5);
  await unlucky.locator(by('report-start')).click();
  await unlucky.locator('.toast', { hasText: 'There is no report, a run failed: out of memory' }).waitFor();
  expect.equal(await unlucky.locator('dialog').count(), 0, 'open dialogs');
  await unlucky.context().close();

  // None can start: the one engine makes all runs.
  const lonely = await newPage({ init: alone, tolerate: [/no-such-worker/, /404/] });
  const model = await preset('mm1', '1m');
  await open(lonely, model);
  await choose(lonely, 5);
  await lonely.locator(by('report-start')).click();
  expect.equal(await reportOf(lonely), await native(model), 'the report of the one engine');

  async function open(page, model) {
    const file = { name: 'model.json', mimeType: 'application/json', buffer: Buffer.from(model) };
    await page.locator(by('open-file')).setInputFiles(file);
    const { title } = JSON.parse(model);
    await until(async () => (await page.locator(by('title')).inputValue()) === title, { what: 'the model to be open' });
  }

  async function native(model) {
    const [command] = (process.env.TENFOLD_COMMANDS ?? '').split(delimiter).filter(Boolean).reverse();
    expect.ok(command, 'TENFOLD_COMMANDS names no build of the command');
    const asked = ['run', '-', '--replications', '5', '--format', 'json'];
    return execFileSync(command, asked, { input: model, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
  }
}

/** A built-in model, as long as is wanted. */
async function preset(slug, duration) {
  const model = JSON.parse(await readFile(join(root, `core/src/presets/${slug}.json`), 'utf8'));
  return JSON.stringify({ ...model, duration, warm_up: '5s' });
}

async function choose(page, runs) {
  await page.locator(by('menu')).click();
  await page.locator(by('run-to-end')).click();
  await page.locator(by(`runs-${runs}`)).click();
}

/** The report as it is downloaded. */
async function reportOf(page) {
  const button = page.locator(by('report-json'));
  await button.waitFor({ timeout: 60_000 });
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return readFile(await download.path(), 'utf8');
}
