// What others send: links and files that are broken, or worse. Each gets a message, and one's own work stays.

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { by, reading } from './lib/reading.mjs';

export const name = 'broken and hostile links and files get a message and leave the work alone; a hopeless load can be stopped';

const packed = (bytes) => `#m1:${deflateRawSync(bytes, { level: 9 }).toString('base64url')}`;
const link = (model) => packed(typeof model === 'string' ? model : JSON.stringify(model));
const model = (further) => ({ format: 1, title: 'Theirs', ...further });
const service = (id, further) => ({ id, kind: 'service', ...further });

const SCRIPT = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
const good = link(model({ components: [service('a'), service('b')], links: [{ from: 'a', to: 'b' }] }));

/** What is wrong with a link, the link, and what the page says: the number of problems, or words. */
const LINKS = [
  ['nothing after the prefix', '#m1:', /cut off/],
  ['no prefix', '#hello', /no model/],
  ['a newer wrapping', good.replace('m1', 'm2'), /newer version/],
  ['no base64', '#m1:%%%%', /characters that no link has/],
  ['markup', `#m1:${SCRIPT}`, /characters that no link has/],
  ['no deflate', `#m1:${Buffer.from('hello, hello, hello').toString('base64url')}`, /damaged|cut off/],
  ['cut to a third', good.slice(0, good.length / 3), /cut off|characters/],
  ['cut to a half', good.slice(0, good.length / 2), /cut off|characters/],
  ['one byte short', good.slice(0, -2), /cut off|characters/],
  ['a bomb of 64 MB', packed(Buffer.alloc(64 << 20, ' ')), /more than 2 MB/],
  ['bytes that are no text', packed(Buffer.from([0xff, 0xfe, 0x80])), /no text/],
  ['no JSON', link('hello'), 1],
  ['an empty text', link(' '), 1],
  ['a list', link('[]'), 1],
  ['a number', link('42'), 1],
  ['nested without end', link('['.repeat(100_000)), 1],
  ['JSON cut off', link('{"format": 1, "components": ['), 1],
  ['a newer file', link({ format: 2 }), 1],
  ['no version', link({}), 1],
  ['unknown fields', link(model({ componentz: [], ['__proto__']: 1, constructor: {} })), 2],
  ['a component without a kind', link(model({ components: [{ id: 'a' }] })), 1],
  ['markup as an id', link(model({ components: [service(SCRIPT), { id: 'b', kind: SCRIPT }] })), 1],
  ['absurd numbers', link(model({ components: [service('a', { instances: 1e300, start_up: '-3s', backlog: 'NaN' })] })), 3],
  ['the same id twice', link(model({ components: [service('a'), service('a')] })), 1],
  ['a link to nowhere', link(model({ components: [service('a')], links: [{ from: 'a', to: 'z' }] })), 1],
  ['a circle', link(model({ components: [service('a'), service('b')], links: [{ from: 'a', to: 'b' }, { from: 'b', to: 'a' }] })), 1],
];

export async function run({ newPage, url, until, expect }) {
  const page = await newPage();
  const eye = reading(page, until);
  const press = (testid) => page.locator(by(testid)).click();
  // When each model was kept counts for nothing.
  const kept = async () => {
    const all = await page.evaluate(() => JSON.stringify(Object.entries(localStorage).sort()));
    return all.replace(/at_ms\W+[\d.]+/g, '');
  };
  const follow = (hash) => page.evaluate((to) => void (location.hash = to), hash);
  const open = (text) =>
    page.locator(by('open-file')).setInputFiles({ name: 'theirs.json', mimeType: 'application/json', buffer: Buffer.from(text) });

  // Some work of one's own.
  await page.locator(by('title')).fill('Mine');
  await page.keyboard.press('Enter');
  await until(async () => (await kept()).includes('Mine'), { what: 'my model to be kept' });
  const mine = await kept();

  for (const [what, hash, wanted] of LINKS) {
    await follow(hash);
    const said = await told(wanted);
    if (wanted instanceof RegExp) expect.match(said, wanted, what);
    await intact(what);
  }

  // The same when the page opens with the link.
  await page.goto('about:blank');
  await page.goto(new URL(LINKS[6][1], url).href);
  await told(/./);
  await intact('a broken link at the start');

  // A file, with every problem at once and where it is.
  await open(JSON.stringify(model({ components: [service('a', { instances: -3, wrok: '1ms' })], links: [{ from: 'a', to: 'z' }] })));
  await told(3);
  await intact('a broken file');

  // Markup in the names of a model that is legal is text.
  await follow(link(model({ title: SCRIPT, description: SCRIPT, components: [service('a', { name: SCRIPT }), service('b')] })));
  await eye.appears('[data-node]', 2);
  expect.equal(await page.locator(by('title')).inputValue(), SCRIPT, 'the title');
  expect.equal(await page.locator('#node-a .name').textContent(), SCRIPT, 'the name on the card');
  await press('node-a');
  await press('tab-outline');
  expect.ok(!(await page.evaluate(() => 'hacked' in window)), 'markup of a model has run');
  await press('menu');
  await press('my-models');
  await page.locator('dialog .choice', { hasText: 'Mine' }).click();
  await eye.appears('[data-node]', 6);

  // The page's own link can be unpacked by anybody, into the same model.
  await press('share');
  const own = await eye.link();
  const unpacked = JSON.parse(inflateRawSync(Buffer.from(own.split('#m1:')[1], 'base64url')));
  expect.equal([unpacked.title, unpacked.components.length].join(), 'Mine,6', 'what is in the link');
  await press('dialog-close');

  // Ten million requests a second: it is slower than asked for and says so, and stops when it is told to.
  await open(JSON.stringify(model({
    components: [{ id: 'all', kind: 'clients', load: { shape: 'steady', rate: '10000000/s' } }, service('a')],
    links: [{ from: 'all', to: 'a' }],
  })));
  await eye.becomes('link-all-a', 'flowing');
  await press('speed-60×');
  const slow = await until(async () => parseFloat(await page.locator(by('achieved')).textContent()), { what: 'the achieved speed', ms: 30_000 });
  expect.below(slow, 60, 'the achieved speed');
  await page.locator(by('run')).click({ timeout: 5_000 });
  await until(async () => (await eye.state('run')) === 'paused', { what: 'the run to stop', ms: 5_000 });
  await press('speed-1×');
  await press('menu');
  await press('new');
  await eye.appears('[data-node]', 0);

  /** Waits for the message, takes it away, and hands it back. */
  async function told(wanted) {
    const toast = page.locator('.toast', { hasText: 'could not be opened' });
    await toast.first().waitFor();
    const said = await toast.first().textContent();
    if (typeof wanted === 'number') {
      const problems = page.locator('[data-testid^="problem-"]');
      await problems.first().waitFor();
      expect.ok((await problems.count()) >= wanted, `${await problems.count()} problems, not ${wanted}: ${await problems.allTextContents()}`);
      await press('dialog-close');
      await page.locator('dialog').waitFor({ state: 'detached' });
    }
    while ((await toast.count()) > 0) await toast.first().locator('button').click();
    return said;
  }

  async function intact(what) {
    expect.ok((await kept()) === mine, `after ${what}, something else is kept`);
    expect.equal(await page.locator(by('title')).inputValue(), 'Mine', `the title after ${what}`);
    expect.equal(await eye.count('[data-node]'), 6, `the components after ${what}`);
    expect.equal(await eye.state('run'), 'running', `the run after ${what}`);
  }
}
