import type { MiddlewareHandler } from 'hono';

/** The page needs nothing from elsewhere; styles are set by its charts. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Record<string, string> = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/**
 * Puts the security headers on every answer. An answer of the API that has a tag may be kept by its reader alone, and is
 * asked for again before each use; no other is kept.
 */
export function secure(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
    if (!c.req.path.startsWith('/api/')) return;
    const isRead = ['GET', 'HEAD'].includes(c.req.method) && c.res.headers.has('etag');
    c.res.headers.set('cache-control', isRead ? 'private, no-cache' : 'no-store');
    if (isRead) c.res.headers.set('vary', 'Accept, Authorization');
  };
}
