import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { parse, YAMLParseError } from 'yaml';
import { type Failure, failure } from '../../domain/failure.ts';
import type { Registry } from '../../domain/registry.ts';
import { changedMeanwhile } from '../../domain/registry-change.ts';
import { entityTag, namesTag } from '../conditional.ts';
import type { ApiDeps } from '../deps.ts';
import { isFailure, query } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const PATH = '/api/v1/registry';

const Document = z.looseObject({ network: z.object({ id: z.string(), name: z.string() }) }).openapi('Registry');

const Applied = z.object({
  changes: z.array(z.string()),
  secrets: z
    .array(z.object({ connector: z.string(), secret: z.string() }))
    .openapi({ description: 'Made just now, shown this once' }),
  warnings: z.array(z.string()),
});

/** `GET` and `PUT /api/v1/registry`; `applied` is called after each change. */
export function serveRegistry(app: Api, { registry }: Pick<ApiDeps, 'registry'>, applied: () => void): void {
  serve(
    app,
    {
      method: 'get',
      path: PATH,
      needs: 'registry:read',
      tags: ['registry'],
      summary: 'The registry, without secrets and badge numbers',
      query: query({}),
      description: 'Its `ETag` is what `If-Match` of PUT compares.',
      answer: Document,
    },
    async (c) => {
      const text = JSON.stringify(registry.document());
      return c.body(text, 200, { 'content-type': 'application/json', etag: await entityTag(text) });
    },
  );
  serve(
    app,
    {
      method: 'put',
      path: PATH,
      needs: 'registry:write',
      tags: ['registry'],
      summary: 'Checks a registry document (JSON or YAML) and makes it the registry',
      description:
        'All or nothing; applying the same document twice changes nothing. With `dry-run` it only says what would change. ' +
        'With `If-Match` (the `ETag` of the document that was edited) it is refused with 412 when somebody else has changed the registry meanwhile.',
      query: query({ 'dry-run': z.enum(['', 'true', 'false']).optional() }),
      body: {
        required: true,
        content: { 'application/json': { schema: {} }, 'application/yaml': { schema: {} } },
      },
      answer: Applied,
    },
    async (c, { query: { 'dry-run': flag } }) => {
      const dryRun = flag === '' || flag === 'true';
      const document = await readBody(c);
      if (isFailure(document)) return document;
      const basedOn = await expected(c.req.header('if-match'), registry.document());
      if (isFailure(basedOn)) return basedOn;
      const author = c.var.identity?.id ?? 'anonymous';
      const result = await registry.apply(document, author, { dryRun, ...(basedOn ? { basedOn } : {}) });
      if (isFailure(result) || dryRun) return result;
      applied();
      c.header('etag', await entityTag(JSON.stringify(registry.document())));
      return result;
    },
  );
}

/** The document that a change is based on, where the caller says so: the current one, or it is too late. */
async function expected(ifMatch: string | undefined, current: Registry): Promise<Registry | Failure | undefined> {
  if (ifMatch === undefined) return undefined;
  return namesTag(ifMatch, await entityTag(JSON.stringify(current))) ? current : changedMeanwhile();
}

async function readBody(c: Context): Promise<unknown> {
  const type = c.req.header('content-type') ?? '';
  const isJson = /^application\/json\b/i.test(type);
  if (!isJson && !/^(application|text)\/(x-)?yaml\b/i.test(type)) {
    return failure('unsupported-media-type', 'Send the registry as application/json or application/yaml.');
  }
  const text = await c.req.text();
  try {
    return isJson ? JSON.parse(text) : parse(text);
  } catch (error) {
    return unreadable(error, isJson ? 'JSON' : 'YAML');
  }
}

/** Says where, and not what: the text may hold a secret or a badge number. */
function unreadable(error: unknown, format: string): Failure {
  const [place] = error instanceof YAMLParseError ? (error.linePos ?? []) : [];
  const position = /at position (\d+)/.exec((error as Error).message)?.[1];
  const where = place ? ` at line ${place.line}, column ${place.col}` : position ? ` at character ${position}` : '';
  return failure('bad-request', `The body is not ${format}${where}.`);
}
