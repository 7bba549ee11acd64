import type { Context, MiddlewareHandler } from 'hono';
import type { Administrators, Identity } from './deps.ts';
import { NEEDS, type Need } from './need.ts';
import { refuse } from './problem.ts';

/** What a request carries through its handlers. */
export interface ApiEnv {
  Variables: {
    identity: Identity | undefined;
    /** Whether the request may do what the need names. */
    may: (need: Need) => boolean;
  };
}

const NEEDS_OF_ROLE: Record<Identity['role'], readonly Need[]> = { administrator: NEEDS };

/** Finds out who a request comes from; a token that is wrong is refused even where none is needed. */
export function identify(administrators: Administrators, anonymousMay: ReadonlySet<Need>): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const header = c.req.header('authorization');
    const token = header === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(header)?.[1];
    const identity = token === undefined ? undefined : administrators.authenticate(token);
    if (header !== undefined && !identity)
      return unauthenticated(c, 'This token is not valid. Send `Authorization: Bearer <token>`.');
    c.set('identity', identity);
    const allowed = identity ? new Set(NEEDS_OF_ROLE[identity.role]) : anonymousMay;
    c.set('may', (need) => need === 'open' || allowed.has(need));
    return next();
  };
}

/** What a route declares: its need, for people in the OpenAPI document, and the guard that holds it. */
export function needs(need: Need) {
  return {
    'x-needs': need,
    security: need === 'open' ? [] : [{ bearer: [] }],
    middleware: [guard(need)] as [MiddlewareHandler<ApiEnv>],
  };
}

/** Lets a request pass only when it may do what the need names. */
export function guard(need: Need): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (c.var.may(need)) return next();
    if (c.var.identity) return refuse(c, 'forbidden', `Your token does not allow this: it needs ${need}.`);
    return unauthenticated(c, `This needs a token that allows ${need}. Send \`Authorization: Bearer <token>\`.`);
  };
}

function unauthenticated(c: Context, sentence: string): Response {
  return refuse(c, 'unauthenticated', sentence, { 'www-authenticate': 'Bearer realm="fabmeter"' });
}
