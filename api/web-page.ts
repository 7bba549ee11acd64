import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Context } from 'hono';
import type { Api } from './route.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

/** Serves the built web page: its files, and `index.html` for the pages it draws by itself. */
export function serveWebPage(app: Api, webRoot: string): void {
  for (const path of ['/', '/setup']) app.get(path, (c) => file(c, webRoot, 'index.html', () => c.notFound()));
  app.get('/*', async (c, next) => {
    let missing = false;
    const response = await file(c, webRoot, c.req.path.slice(1), () => {
      missing = true;
      return new Response();
    });
    return missing ? next() : response;
  });
}

async function file(
  c: Context,
  webRoot: string,
  path: string,
  missing: () => Response | Promise<Response>,
): Promise<Response> {
  const type = TYPES[extname(path)];
  if (type === undefined) return missing();
  let bytes: Buffer;
  try {
    const root = await realpath(webRoot);
    const name = await realpath(join(root, decodeURIComponent(path)));
    if (!name.startsWith(root + sep)) return missing();
    bytes = await readFile(name);
  } catch {
    return missing();
  }
  // The build puts a hash of its content into the name of everything in `assets/`.
  const cache = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  return c.body(new Uint8Array(bytes), 200, { 'content-type': type, 'cache-control': cache });
}
