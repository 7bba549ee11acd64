import { z } from '@hono/zod-openapi';
import { SYMBOLS } from '../../domain/definition.ts';
import { ALL_DEFINITIONS } from '../../domain/definitions.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import { query } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const Text = z.object({ name: z.string(), sentence: z.string() });

/** What one quantity means. */
const DefinitionRow = z
  .object({
    id: z.string(),
    version: z.number().int().openapi({ description: 'Grows when the meaning changes' }),
    unit: z.string(),
    base: z.string().openapi({ description: 'What it is measured over or divided by' }),
    formula: z.string().openapi({ description: 'Over sets of time; `symbols` explains the letters' }),
    fields: z.array(z.string()).openapi({ description: 'Where answers hold it; the end of a name says its unit' }),
    fr: Text,
    en: Text,
  })
  .openapi('Definition');

const COLUMNS = [
  'id',
  'version',
  'unit',
  'base',
  'formula',
  'fields',
  'fr.name',
  'fr.sentence',
  'en.name',
  'en.sentence',
];

/** `/api/v1/definitions`. */
export function serveDefinitions(app: Api): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/definitions',
      needs: 'open',
      tags: ['usage'],
      summary: 'What every quantity means, in French and English and as a formula',
      query: query({}),
      answer: z.object({ symbols: z.record(z.string(), z.string()), definitions: z.array(DefinitionRow) }),
      also: CSV,
    },
    (c) => {
      if (wantsCsv(c)) return csvResponse(c, 'definitions', COLUMNS, ALL_DEFINITIONS.map(cellsOf));
      const definitions = ALL_DEFINITIONS.map((definition) => ({ ...definition, fields: [...definition.fields] }));
      return { symbols: { ...SYMBOLS }, definitions };
    },
  );
}

function cellsOf({ fields, fr, en, ...rest }: (typeof ALL_DEFINITIONS)[number]) {
  return {
    ...rest,
    fields: fields.join(' '),
    'fr.name': fr.name,
    'fr.sentence': fr.sentence,
    'en.name': en.name,
    'en.sentence': en.sentence,
  };
}
