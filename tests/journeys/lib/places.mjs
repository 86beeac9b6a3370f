// Where things are: this folder, the work tree, what a run leaves behind, and the packages from npm.

import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with the journeys. */
export const here = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The work tree's root. */
export const root = resolve(here, '..', '..');

/** Where pictures and logs go. */
export const artifacts = resolve(process.env.TENFOLD_ARTIFACTS ?? join(root, 'target', 'journeys'));

/** Finds a package, or a file in one, in the folders that TENFOLD_NODE_MODULES lists. */
export function locate(name) {
  const folders = (process.env.TENFOLD_NODE_MODULES ?? '').split(delimiter).filter(Boolean);
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'from-here.js')).resolve(name);
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error(
    `${name} was not found in TENFOLD_NODE_MODULES (${folders.join(', ') || 'not set'}); ` +
      '`cargo verify --only journeys` installs it and sets the variable',
  );
}
