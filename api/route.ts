import { createRoute, type OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Failure } from '../domain/failure.ts';
import { type ApiEnv, needs } from './access.ts';
import { isTagged } from './conditional.ts';
import type { Need } from './need.ts';
import { isFailure, query as parametersOf } from './parameters.ts';
import { problem, problems } from './problem.ts';

/** The application that resources are served on. */
export type Api = OpenAPIHono<ApiEnv>;

interface Declaration {
  method: 'get' | 'put' | 'post';
  path: string;
  needs: Need;
  summary: string;
  description?: string;
  tags: [string];
  query?: z.ZodObject;
  params?: z.ZodObject;
  body?: NonNullable<NonNullable<RouteConfig['request']>['body']>;
  /** What a 200 holds, as JSON. */
  answer: z.ZodType;
  /** Other forms of the same answer, by media type. */
  also?: Record<string, { schema: z.ZodType }>;
}

/** What a handler gets beside its context: the checked query and path. */
interface Input<D extends Declaration> {
  query: D['query'] extends z.ZodType ? z.output<D['query']> : undefined;
  params: D['params'] extends z.ZodType ? z.output<D['params']> : undefined;
}

type Result<D extends Declaration> = z.input<D['answer']> | Failure | Response;

const NO_PARAMETERS = parametersOf({});

/** Serves one route: its declaration becomes the guard, the checks and the OpenAPI entry; `handle` returns data or a failure. */
export function serve<D extends Declaration>(
  app: Api,
  declaration: D,
  handle: (c: Context<ApiEnv>, input: Input<D>) => Result<D> | Promise<Result<D>>,
): void {
  const { method, path, summary, description, tags, params, body, answer, also } = declaration;
  const query = declaration.query ?? (path.startsWith('/api/') ? NO_PARAMETERS : undefined);
  const route = createRoute({
    method,
    path,
    summary,
    tags,
    ...(description ? { description } : {}),
    ...needs(declaration.needs),
    request: { ...(query ? { query } : {}), ...(params ? { params } : {}), ...(body ? { body } : {}) },
    responses: {
      200: { description: summary, content: { 'application/json': { schema: answer }, ...also } },
      ...(method === 'get' && isTagged(path) ? { 304: { description: 'As it was when its `ETag` was given' } } : {}),
      ...problems,
    },
  });
  const handler = async (c: Context<ApiEnv>): Promise<Response> => {
    const valid = c.req.valid as (part: string) => unknown;
    const input = {
      query: query ? valid.call(c.req, 'query') : undefined,
      params: params ? valid.call(c.req, 'param') : undefined,
    } as Input<D>;
    const result = await handle(c, input);
    if (result instanceof Response) return result;
    return isFailure(result) ? problem(c, result) : c.json(result as object);
  };
  app.openapi(route, handler as never);
}
