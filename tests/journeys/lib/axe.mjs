// Looks for what keeps people with a screen reader or weak sight out.

import { readFile } from 'node:fs/promises';
import { locate } from './places.mjs';

const GRAVE = ['serious', 'critical'];

/**
 * Runs axe-core on the page as it is now, and throws if it finds anything serious or critical.
 * `within` is a CSS selector for a part of the page.
 */
export async function axe(page, { within = undefined } = {}) {
  // Evaluated, not added as a script element: a strict content security policy forbids the latter.
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(await readFile(locate('axe-core/axe.min.js'), 'utf8'));
  }
  const { violations } = await page.evaluate((part) => window.axe.run(part ?? document), within);
  const grave = violations.filter(({ impact }) => GRAVE.includes(impact));
  if (grave.length > 0) throw new Error(`axe found ${grave.length} grave issues:\n${grave.map(describe).join('\n')}`);
}

function describe({ id, impact, help, nodes }) {
  const where = nodes.slice(0, 5).map(({ target, failureSummary }) => {
    return `    ${target.join(' ')}\n      ${failureSummary.replaceAll('\n', '\n      ')}`;
  });
  const more = nodes.length > 5 ? `\n    and ${nodes.length - 5} more` : '';
  return `  ${impact}: ${help} (${id})\n${where.join('\n')}${more}`;
}
