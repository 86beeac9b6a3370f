// Opens the page as a certain visitor would have it: screen, theme, touch, motion.

import { watch } from './watch.mjs';

/** The three screens everything is looked at on. */
export const VIEWPORTS = {
  desktop: { width: 1440, height: 900 },
  tablet: { width: 820, height: 1180 },
  phone: { width: 390, height: 844 },
};

/**
 * A page in a profile of its own. Options, all optional:
 *   viewport       'desktop' (default), 'tablet', 'phone' or { width, height }
 *   theme          'light' (default) or 'dark', as the system would ask for it
 *   reducedMotion  true: the system asks for less movement
 *   touch          true: a touch screen, and a phone's way of laying out
 *   at             where to go: a path below the page ('' by default), a '#fragment', a whole address, or null: nowhere
 *   init           a function that runs in the page before anything of the page's own
 *   tolerate       regular expressions: faults this journey provokes on purpose
 *   context        any further options of Playwright's browser.newContext
 *
 * `made` gets the watched page before it goes anywhere, so that the log of a page that fails to open is kept.
 */
export async function open(browser, url, options, made) {
  const { viewport = 'desktop', theme = 'light', reducedMotion = false, touch = false } = options;
  const { at = '', init, tolerate = [], context: further = {} } = options;
  const size = typeof viewport === 'string' ? VIEWPORTS[viewport] : viewport;
  if (!size) throw new Error(`there is no viewport '${viewport}'; there are ${Object.keys(VIEWPORTS).join(', ')}`);

  const context = await browser.newContext({
    viewport: size,
    colorScheme: theme,
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    hasTouch: touch,
    isMobile: touch,
    ...further,
  });
  const page = await context.newPage();
  const watched = { page, ...watch(page, new URL(url).origin, tolerate) };
  made(watched);
  if (init) await page.addInitScript(init);
  if (at !== null) await page.goto(new URL(at, url).href);
  return watched;
}
