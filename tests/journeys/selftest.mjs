// Checks the checks: pages with a known fault, each of which must be seen. Without this, a watch that had gone
// blind would let every journey pass.

import assert from 'node:assert/strict';
import { launch } from './lib/chromium.mjs';
import { serve } from './lib/site.mjs';
import { wrongs } from './lib/looks.mjs';
import { stage } from './lib/stage.mjs';
import { here } from './lib/places.mjs';
import { until } from './lib/until.mjs';

const head = '<!doctype html><html lang="en"><title>t</title><link rel="icon" href="data:,"><main><h1>t</h1>';
const script = (text) => `${head}<script>${text}</script>`;

// What a page does, and how the fault it must be charged with begins; null: none.
const CASES = {
  '/clean': [script('console.log("fine"); fetch("data:,x"); fetch("clean")'), null],
  '/console': [script('console.error("broken")'), /^console error: broken/],
  '/throws': [script('setTimeout(() => { throw new Error("uncaught") })'), /^uncaught error: Error: uncaught/],
  '/rejects': [script('Promise.reject(new Error("unheard"))'), /^uncaught error: Error: unheard/],
  '/stranger': [script('fetch("http://127.0.0.2:9/x").catch(() => {})'), /^request to another origin: /],
  '/stranger-image': [`${head}<img alt="" src="http://127.0.0.2:9/x.png">`, /^request to another origin: /],
  '/missing': [script('fetch("nothing-here").catch(() => {})'), /^404 for /],
  '/worker': [
    script('new Worker(URL.createObjectURL(new Blob([`fetch("http://127.0.0.2:9/x").catch(() => {})`])))'),
    /^request to another origin: /,
  ],
  '/worker-throws': [
    script('new Worker(URL.createObjectURL(new Blob([`throw new Error("in the worker")`])))'),
    /in the worker/,
  ],
};

// What is wrong with the looks of a page, and how it must be told.
const button = (style, words = 'b') => `<button style="position:fixed;${style}">${words}</button>`;
const UGLY = {
  '/wide': [`${head}<div style="width:200vw">wide</div>`, /^the page is \d+ × \d+ on a screen/],
  '/beyond': [`${head}${button('right:-9px;top:9px')}`, /is cut off: /],
  '/covered': [`${head}${button('left:0;top:0')}<p style="position:fixed;inset:0;margin:0">over</p>`, /is under <p/],
  '/overlap': [`${head}${button('left:9px;top:9px;width:99px')}${button('left:99px;top:9px')}`, /overlap$/],
  '/words': [`${head}${button('width:20px;overflow:hidden;white-space:nowrap', 'too long')}`, /the words of .* are cut off/],
};

const pages = Object.fromEntries(Object.entries(CASES).map(([path, [html]]) => [path, html]));
const ugly = Object.fromEntries(Object.entries(UGLY).map(([path, [html]]) => [path, html]));
const unreadable = `${head}<button></button><img src="data:,">`;
const { url, close } = await serve(here, { ...pages, '/unreadable': unreadable, ...ugly });
const browser = await launch();

async function check([path, [, wanted]]) {
  const set = stage({ browser, url, folder: here });
  await set.hands.newPage({ at: path });
  const [{ page, faults }] = set.pages;
  if (wanted === null) {
    await page.waitForLoadState('networkidle');
    assert.deepEqual(faults, [], `${path} has no fault`);
    set.assertClean();
  } else {
    const seen = () => faults.some((fault) => wanted.test(fault));
    await until(seen, { what: `${path} to be charged with ${wanted}, not ${JSON.stringify(faults)}`, ms: 5_000 });
    assert.throws(() => set.assertClean(), /the page misbehaved/);
  }
  await set.strike();
}
await Promise.all(Object.entries(CASES).map(check));

const set = stage({ browser, url, folder: here });
const clean = await set.hands.newPage({ at: '/clean' });
await set.hands.axe(clean);
const unclean = await set.hands.newPage({ at: '/unreadable' });
await assert.rejects(set.hands.axe(unclean), /button-name/);
assert.deepEqual(await wrongs(clean), [], 'nothing is wrong with the looks of a clean page');
for (const [path, [, wanted]] of Object.entries(UGLY)) {
  const seen = await wrongs(await set.hands.newPage({ at: path }));
  assert.ok(seen.length === 1 && wanted.test(seen[0]), `${path}: ${JSON.stringify(seen)}`);
}
const tolerant = await set.hands.newPage({ at: '/console', tolerate: [/broken/] });
assert.equal(set.pages.find(({ page }) => page === tolerant).faults.length, 0, 'a fault provoked on purpose');
const phone = await set.hands.newPage({ at: '/clean', viewport: 'phone', theme: 'dark', touch: true, reducedMotion: true });
const asked = await phone.evaluate(() => [
  innerWidth,
  matchMedia('(prefers-color-scheme: dark)').matches,
  matchMedia('(prefers-reduced-motion: reduce)').matches,
  navigator.maxTouchPoints > 0,
]);
assert.deepEqual(asked.slice(1), [true, true, true], 'the visitor is as asked for');
await assert.rejects(until(() => 0, { what: 'zero to be true', ms: 100 }), /in vain for zero to be true; last seen: 0/);
await set.strike();

await browser.close();
await close();
console.log(`the journeys' own checks see what they must (${Object.keys(CASES).length} pages)`);
