// Every screen, light and dark: the running chain, each kind's settings, each dialog. The pictures are for people; what
// can be told without looking (things cut off, covered, beyond the edge, or hard to perceive) fails.

import { wrongs } from './lib/looks.mjs';
import { VIEWPORTS } from './lib/page.mjs';
import { by, reading } from './lib/reading.mjs';

export const name = 'on three screens, light and dark: nothing is cut off, covered, or hard to perceive';
export const timeoutMs = 240_000;

const BROKEN = JSON.stringify({ format: 1, components: [{ id: 'a', kind: 'service', instances: -3, wrok: 1 }] });

export async function run({ newPage, until, expect, axe, picture }) {
  const all = [];
  for (const theme of ['light', 'dark']) {
    for (const viewport of Object.keys(VIEWPORTS)) {
      const page = await newPage({ viewport, theme, touch: viewport !== 'desktop' });
      await screen(page, viewport, theme);
      await page.context().close();
    }
  }
  expect.ok(all.length === 0, `\n${all.join('\n')}`);

  async function screen(page, viewport, theme) {
    const eye = reading(page, until);
    const narrow = viewport !== 'desktop';
    const press = (testid) => page.locator(by(testid)).click();

    const look = async (what, within) => {
      await picture(page, `${viewport}-${theme}-${what}`);
      const seen = await wrongs(page, within);
      await axe(page, { within }).catch((error) => seen.push(error.message));
      all.push(...seen.map((words) => `${viewport} ${theme} ${what}: ${words}`));
    };
    const settle = (selector, state) => page.locator(selector).first().waitFor({ state });
    const dialog = async (what, open) => {
      await open();
      await settle('dialog', 'visible');
      await settle('.awaited', 'detached');
      await look(what, 'dialog');
      await press('dialog-close');
      await settle('dialog', 'detached');
    };
    const menu = (testid) => async () => {
      await press('menu');
      await press(testid);
    };

    // The chain, well under way and in trouble: the words of trouble are the longest.
    await eye.figureWhere('stat-p99', 'known', (x) => x > 0);
    await look('calm');
    await page.locator(by('load-value')).fill('3.5');
    await page.keyboard.press('Enter');
    await eye.becomes('node-app', 'saturated');
    await page.evaluate(() => document.activeElement.blur());
    await look('saturated');
    await press('run');

    // For what looks alike, every screen once and both themes are enough.
    const thorough = ['desktop-light', 'tablet-light', 'phone-dark'].includes(`${viewport}-${theme}`);
    const kinds = ['shoppers', 'edge', 'front-door', 'app', 'products', 'orders'];
    for (const id of thorough ? kinds : ['shoppers']) {
      await page.locator(by(`node-${id}`)).click();
      await settle('.inspector', 'visible');
      await still(page, '.inspector');
      await look(`settings-${id}`, '.inspector');
      if (id === 'shoppers') {
        await press('goto-shoppers-edge');
        await look('settings-link', '.inspector');
      }
      if (narrow) {
        await page.locator('.inspector .shut').click();
        await settle('.inspector', 'hidden');
      }
    }
    if (narrow) {
      await press('add');
      await settle('.palette', 'visible');
      await still(page, '.palette');
      await look('palette', '.palette');
      await press('tab-outline');
      await look('outline', '.palette');
      await page.locator('.palette .shut').click();
      await settle('.palette', 'hidden');
    }

    await press('menu');
    await look('menu', '#menu');
    await press('menu');
    const examples = page.locator(by('examples'));
    await dialog('examples', (await examples.isVisible()) ? () => press('examples') : menu('menu-examples'));
    await dialog('share', () => press('share'));
    if (!thorough) return;
    await dialog('my-models', menu('my-models'));
    await dialog('prices', menu('prices'));
    await dialog('help', menu('help'));
    await dialog('problems', () =>
      page.locator(by('open-file')).setInputFiles({ name: 'broken.json', mimeType: 'application/json', buffer: Buffer.from(BROKEN) }),
    );
    await dialog('report-choice', menu('run-to-end'));
  }

  /** Waits until a sheet that slides in has come to rest. */
  async function still(page, selector) {
    let last;
    await until(
      async () => {
        const box = JSON.stringify(await page.locator(selector).boundingBox());
        const rests = box === last;
        last = box;
        return rests;
      },
      { what: `${selector} to rest` },
    );
  }
}
