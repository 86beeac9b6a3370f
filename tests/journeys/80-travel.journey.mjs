// Going back in time: the page as it was, the same again, and another future.

import { by, reading } from './lib/reading.mjs';

export const name = 'go back before an edit, see what was, live through it again to the byte, and fork';
export const timeoutMs = 240_000;

export async function run({ newPage, until, expect }) {
  const page = await newPage();
  await sameBytes(page, expect);
  await onThePage({ page, until, expect });
  await byFinger({ newPage, until, expect });
}

/** What the slider says: the earliest, the shown and the latest second. */
const times = (page) =>
  page.locator(by('travel')).evaluate(({ dataset }) => [dataset.reach, dataset.now, dataset.latest].map(Number));
const busy = (page) => page.locator('[data-utilisation]').evaluateAll((cards) => cards.map((card) => card.dataset.utilisation));

async function onThePage({ page, until, expect }) {
  const eye = reading(page, until);
  const slider = page.locator(by('travel'));
  const clock = page.locator(by('clock'));
  const past = async () => (await page.locator('.travel').getAttribute('data-past')) === 'true';
  const stands = async (what, holds) => {
    await until(async () => holds(await times(page)), { ms: 60_000, what });
    return times(page);
  };
  // The slider shows where it is to go before the engine has come there.
  const settled = async () => {
    for (let before = [], now = await times(page); ; before = now, now = await times(page)) {
      if (JSON.stringify(before) === JSON.stringify(now)) return now;
      await page.waitForTimeout(500);
    }
  };

  await until(async () => (await times(page))[2] > 20, { ms: 60_000, what: 'twenty seconds of the run' });
  const component = 'node-app';
  const card = page.locator(`${by(component)}`);
  const described = () => card.textContent();
  await card.click();
  const field = page.locator(by('field-instances'));
  const before = await field.inputValue();
  const setting = (value) => until(async () => (await field.inputValue()) === value, { ms: 60_000, what: `${value} instances` });
  await field.fill('3');
  await page.keyboard.press('Enter');
  await until(async () => (await described()).includes('3 ×'), { ms: 60_000, what: 'the edit on the card' });
  const [, edited] = await times(page);
  await until(async () => (await times(page))[2] > edited + 15, { ms: 60_000, what: 'fifteen seconds with the edit' });
  await page.locator(by('run')).click();
  await eye.becomes('run', 'paused');
  await page.waitForTimeout(400);
  const [, , end] = await times(page);
  const atEnd = await busy(page);

  // By keyboard: to the beginning, and by windows from there.
  await slider.focus();
  await page.keyboard.press('Home');
  await stands('the beginning', ([, now]) => now === 0);
  await until(async () => (await clock.textContent()).includes('00:00:00'), { ms: 60_000, what: 'the clock at the beginning' });
  await setting(before);
  await page.keyboard.press('ArrowRight');
  const [, window] = await stands('the first window', ([, now]) => now > 0);
  await page.keyboard.press('ArrowRight');
  await stands('the second window', ([, now]) => Math.abs(now - 2 * window) < 1e-9);
  await page.keyboard.press('ArrowLeft');
  await stands('the first window again', ([, now]) => Math.abs(now - window) < 1e-9);
  expect.ok(await past(), 'the page says that this is the past');

  // By mouse: about half of the way, before the edit.
  const box = await slider.boundingBox();
  await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2);
  await page.mouse.down();
  for (let share = 0.9; share > 0.4; share -= 0.05) await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
  await page.mouse.up();
  const [, half] = await stands('half of the way', ([, now]) => now > end * 0.2 && now < end * 0.6);
  expect.ok(half < edited, 'half of the way is before the edit');
  await setting(before);
  await until(() => page.locator(by('undo')).isDisabled(), { ms: 60_000, what: 'nothing to undo where nothing had been done' });

  // Lived through again, the edit comes again.
  await page.locator(by('run')).click();
  await setting('3');
  expect.ok(await page.locator(by('undo')).isEnabled(), 'undo is back with the edit');
  await page.locator(by('run')).click();
  await slider.focus();
  await page.keyboard.press('End');
  await stands('the end', ([, now, latest]) => now === latest);
  await until(async () => JSON.stringify(await busy(page)) === JSON.stringify(atEnd), { ms: 60_000, what: 'every card as it was at the end' });
  expect.ok(!(await past()), 'the end is not the past');

  // An edit in the past begins another future.
  await page.keyboard.press('PageDown');
  await page.keyboard.press('PageDown');
  await stands('two tenths before the end', ([, now, latest]) => now < latest * 0.85);
  const [, here] = await settled();
  await page.locator(by('load-value')).fill('2');
  await page.keyboard.press('Enter');
  await stands(`the future to be forgotten at ${here}`, ([, now, latest]) => latest === now && Math.abs(now - here) < 1e-6);
  await page.locator(by('undo')).click();
  await until(async () => (await eye.load()) === 1, { ms: 60_000, what: 'the load to be taken back' });

  // And so does the button.
  await slider.focus();
  await page.keyboard.press('PageDown');
  await stands('a tenth before', ([, now, latest]) => now < latest);
  const [, fork] = await times(page);
  await page.locator(by('fork')).click();
  await stands('the fork', ([, now, latest]) => latest === now && now === fork);
  expect.equal(await page.locator(by('fork')).count(), 0, 'buttons to fork when there is no future');
  await page.locator(by('run')).click();
  await until(async () => (await times(page))[2] > fork + 2, { ms: 60_000, what: 'another future' });
}

async function byFinger({ newPage, until, expect }) {
  const page = await newPage({ viewport: 'phone', touch: true });
  await until(async () => (await times(page))[2] > 10, { ms: 60_000, what: 'ten seconds of the run on a phone' });
  const box = await page.locator(by('travel')).boundingBox();
  expect.ok(box.height >= 36 && box.width > 200, `the slider is ${box.width} by ${box.height}`);
  await page.touchscreen.tap(box.x + box.width * 0.3, box.y + box.height / 2);
  await until(async () => {
    const [, now, latest] = await times(page);
    return now > 0 && now < latest * 0.5;
  }, { ms: 60_000, what: 'the tapped time' });
  await page.locator(by('fork')).tap();
  await until(async () => (await times(page))[1] === (await times(page))[2], { ms: 60_000, what: 'the fork on a phone' });
}

/** A worker of its own: every frame after going back is, bit for bit, the frame that came the first time. */
async function sameBytes(page, expect) {
  const { frames, again, forked } = await page.evaluate(travels);
  expect.equal(frames.length, 12, 'windows lived through');
  const differing = frames.slice(3).filter((frame, i) => frame !== again[i]);
  expect.equal(differing.length, 0, 'frames that differ after going back');
  expect.equal(new Set(frames).size, frames.length, 'frames that differ from one another');
  expect.ok(forked[0] === forked[1], `after a fork the latest time is now: ${forked}`);
}

function travels() {
  const files = new URLSearchParams({
    module: document.querySelector('link[rel=modulepreload]').href,
    wasm: document.querySelector('link[rel=preload][type="application/wasm"]').href,
  });
  const model = {
    format: 1,
    title: 'Travel',
    warm_up: '0s',
    components: [
      { id: 'in', kind: 'clients', load: { shape: 'steady', rate: '2000/s' } },
      { id: 'app', kind: 'service' },
      { id: 'kept', kind: 'cache', entries: 5000 },
      { id: 'db', kind: 'database' },
    ],
    links: [{ from: 'in', to: 'app' }, { from: 'app', to: 'kept' }, { from: 'kept', to: 'db' }],
  };
  const worker = new Worker(`./engine-worker.js?${files}`, { type: 'module' });
  const order = (what) => worker.postMessage({ run: 1, what });
  let heard = () => {};
  const frame = () =>
    new Promise((resolve, reject) => {
      heard = ({ news, numbers }) => {
        if (news.what === 'Ready') return;
        const [kind, body] = Object.entries(news.what)[0];
        if (kind !== 'Frame') return reject(new Error(JSON.stringify(news.what)));
        order('FrameTaken');
        resolve({ ...body, bits: [...new BigUint64Array(numbers.buffer)].map(String) });
      };
    });
  const load = (value, after) => ({ Apply: { edit: JSON.stringify({ set: { field: 'load', value } }), after } });
  const step = async () => {
    const next = frame();
    order('Step');
    return next;
  };
  const tell = ({ now_s, bits }) => [now_s, ...bits].join(' ');

  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = async ({ data }) => {
      if (data.news.what !== 'Ready') return heard(data);
      try {
        const first = frame();
        order({ Start: { model: JSON.stringify(model), speed: 0, paused: true } });
        await first;
        const frames = [];
        for (let i = 0; i < 12; i += 1) {
          if (i === 6) {
            const told = frame();
            order(load(3, 0));
            await told;
          }
          frames.push(await step());
        }
        const back = frame();
        order({ Rewind: { to_s: frames[3].now_s, number: 1 } });
        const again = [await back];
        while (again.length < 9) again.push(await step());
        const there = frame();
        order({ Rewind: { to_s: frames[5].now_s, number: 2 } });
        await there;
        const cut = frame();
        order('Fork');
        const { now_s, latest_s } = await cut;
        worker.terminate();
        resolve({ frames: frames.map(tell), again: again.map(tell), forked: [now_s, latest_s] });
      } catch (error) {
        reject(error);
      }
    };
  });
}
