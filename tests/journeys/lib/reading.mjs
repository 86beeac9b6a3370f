// What a visitor reads off the page: states, figures, the model in its link.

/** Selects by `data-testid`. */
export const by = (testid) => `[data-testid="${testid}"]`;

/** A reader of `page`; `until` as a journey is given it. */
export function reading(page, until) {
  const look = (what, holds, ms = 40_000) => until(holds, { what, ms });

  /** The state of a component (`node-<id>`), a link (`link-<id>`) or the run (`run`). */
  const state = (testid) => page.locator(by(testid)).getAttribute('data-state', { timeout: 2_000 });

  /** The raw number of a figure, NaN while there is none. */
  const figure = async (testid) => {
    const text = await page.locator(by(testid)).getAttribute('data-value', { timeout: 2_000 });
    return text === null ? NaN : Number(text);
  };

  const count = (selector) => page.locator(selector).count();

  return {
    state,
    figure,
    count,
    /** Waits until a figure is as wanted, and hands it back. */
    figureWhere: (testid, words, wanted) =>
      look(`${testid} ${words}`, async () => {
        const value = await figure(testid);
        return wanted(value) ? { value } : false;
      }).then(({ value }) => value),
    becomes: (testid, wanted) => look(`${testid} to be ${wanted}`, async () => (await state(testid)) === wanted),
    /** Waits until a component is at work and no longer saturated. */
    relaxes: (id) =>
      look(`${id} to relax`, async () => ['idle', 'working', 'warm'].includes(await state(`node-${id}`))),
    appears: (selector, wanted = 1) =>
      look(`${wanted} × ${selector}`, async () => (await count(selector)) === wanted),
    load: async () => parseFloat(await page.locator(by('load-value')).inputValue()),
    /** The model as its share link has it; the share dialog must be open. */
    link: () => page.locator(by('share-link')).inputValue(),
  };
}
