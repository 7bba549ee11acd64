import type { Context } from 'hono';

/** A table has no place for `next`: its `Link` names the page that follows, where there is one. */
export function linkNext(c: Context, table: Response, parameter: string, next: string | number | null): Response {
  if (next === null) return table;
  const url = new URL(c.req.url);
  url.searchParams.set(parameter, String(next));
  table.headers.set('link', `<${url.pathname}${url.search}>; rel="next"`);
  return table;
}
