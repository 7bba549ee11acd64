import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from '@hono/zod-openapi';
import { unknownName } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const INFO = {
  openapi: '3.1.0',
  info: {
    title: 'Fabmeter',
    version: '1',
    description:
      'How the machines of fablabs are used. Times are RFC 3339, amounts of time in seconds, ranges half-open.',
    license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
  },
};

const ASSETS: Record<string, string> = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
  'favicon-32x32.png': 'image/png',
};

const START = `window.onload = () => SwaggerUIBundle({ url: '../openapi.json', dom_id: '#docs', deepLinking: true });\n`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Fabmeter API</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

/** `/openapi.json`, and `/docs` that shows it, with nothing from elsewhere. Comes after all other routes. */
export function serveDocs(app: Api): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const tags: ['operation'] = ['operation'];
  serve(
    app,
    {
      method: 'get',
      path: '/docs',
      needs: 'open',
      tags,
      summary: 'This documentation',
      answer: z.string(),
      also: html,
    },
    () => new Response(PAGE, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
  );
  serve(
    app,
    {
      method: 'get',
      path: '/docs/{file}',
      needs: 'open',
      tags,
      summary: 'A file of this documentation',
      params: z.object({ file: z.string().max(100) }),
      answer: z.string(),
    },
    (_c, { params: { file } }) => {
      if (file === 'start.js') return new Response(START, { headers: { 'content-type': 'text/javascript' } });
      const type = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
      if (type === undefined) return unknownName('file', file, Object.keys(ASSETS));
      const headers = { 'content-type': type, 'cache-control': 'public, max-age=86400' };
      return new Response(readFileSync(join(folder, file)), { headers });
    },
  );
  let document: string | undefined;
  serve(
    app,
    {
      method: 'get',
      path: '/openapi.json',
      needs: 'open',
      tags,
      summary: 'This API, as OpenAPI',
      answer: z.looseObject({}),
    },
    () => {
      document ??= JSON.stringify(app.getOpenAPI31Document(INFO));
      return new Response(document, { headers: { 'content-type': 'application/json' } });
    },
  );
}

const html = { 'text/html': { schema: z.string() } };
