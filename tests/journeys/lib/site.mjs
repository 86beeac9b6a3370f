// The served page: the address in TENFOLD_URL or, without one, a small server of our own.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { root } from './places.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** The page's address, with a slash at its end, and what ends its server. */
export async function site() {
  if (process.env.TENFOLD_URL) return { url: process.env.TENFOLD_URL, close: async () => {} };
  return serve(resolve(process.env.TENFOLD_DIST ?? join(root, 'dist')));
}

/** Serves `folder` on a free port of this machine. `extra` answers a path before the folder is looked at. */
export async function serve(folder, extra = {}) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    if (path in extra) return response.writeHead(200, { 'Content-Type': TYPES['.html'] }).end(extra[path]);
    const file = normalize(join(folder, path.endsWith('/') ? `${path}index.html` : path));
    try {
      if (!file.startsWith(folder + sep)) throw new Error('outside');
      const body = await readFile(file);
      const type = TYPES[extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
    } catch {
      response.writeHead(404).end('not found\n');
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const close = () => new Promise((done) => server.close(done).closeAllConnections());
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}
