// Runs the journeys: what a visitor does with the page, in a real Chromium.
//
//   node tests/journeys/run.mjs [PART-OF-A-FILE-NAME …]
//
// `cargo verify --only journeys` sets all of this up. By hand, these variables count:
//   TENFOLD_NODE_MODULES  folders (separated as in PATH) that hold playwright-core and axe-core; required
//   TENFOLD_URL           where the page is served; without it, the folder TENFOLD_DIST (./dist) is served here
//   TENFOLD_COMMANDS      builds of the command `tenfold` (separated as in PATH) whose reports the browser's must equal
//   TENFOLD_MODELS        a file of random models that have to give the same bytes too (see tests/examples/random_models.rs)
//   TENFOLD_ARTIFACTS     where pictures and logs go (./target/journeys)
//   CHROME                the browser (/usr/bin/chromium)
//
// A journey is a file `NN-name.journey.mjs` with
//   export const name = 'a sentence: what the visitor does and sees';
//   export async function run({ newPage, url, until, expect, axe, picture, browser }) { … }
//   export const timeoutMs = 120_000;   // optional
// They run in the order of their names, each in fresh profiles. A journey fails when `run` throws, and also when a
// page of its own logged an error, threw one, or asked another origin for anything.

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { artifacts, here } from './lib/places.mjs';
import { launch } from './lib/chromium.mjs';
import { stage } from './lib/stage.mjs';
import { site } from './lib/site.mjs';

const TIMEOUT_MS = 120_000;

const wanted = process.argv.slice(2);
const files = (await readdir(here))
  .filter((file) => file.endsWith('.journey.mjs'))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`no journey in ${here} matches ${wanted.join(', ') || '*.journey.mjs'}`);
  process.exit(2);
}

const { url, close } = await site();
const browser = await launch();
let failed = 0;
for (const file of files) {
  const folder = join(artifacts, file.replace('.journey.mjs', ''));
  await rm(folder, { recursive: true, force: true });
  const set = stage({ browser, url, folder });
  const start = performance.now();
  let title = 'could not be read';
  let problem;
  try {
    const journey = await import(new URL(file, import.meta.url));
    title = journey.name;
    await within(journey.timeoutMs ?? TIMEOUT_MS, journey.run(set.hands));
    set.assertClean();
  } catch (error) {
    problem = error;
    failed += 1;
    await report(set, folder, error);
  }
  await set.strike();
  const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6);
  console.log(`${problem ? 'FAILED' : 'passed'} ${seconds} s  ${file}: ${title}`);
  if (problem) {
    console.log(indent(problem.stack ?? String(problem)));
    console.log(indent(`pictures and logs: ${folder}`));
  }
}
await browser.close();
await close();
console.log(`${files.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Waits for `work`, but not for ever. */
async function within(ms, work) {
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the journey took longer than ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Leaves a picture and the console's log of every page the journey had open. */
async function report(set, folder, error) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'error.txt'), `${error.stack ?? error}\n`);
  for (const [index, { page, log }] of set.pages.entries()) {
    await writeFile(join(folder, `page-${index + 1}.log`), `${log.join('\n')}\n`);
    // A page that crashed or was closed has no picture; the log has to do.
    await page.screenshot({ path: join(folder, `page-${index + 1}.png`), timeout: 5_000 }).catch(() => {});
  }
}

/** Indents, and takes out the colours that Playwright puts into its messages. */
function indent(text) {
  return text.replaceAll(/\x1b\[[\d;]*m/g, '').replace(/^/gm, '         ');
}
