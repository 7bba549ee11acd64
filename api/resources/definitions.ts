import { z } from '@hono/zod-openapi';
import { type Definition, SYMBOLS } from '../../domain/definition.ts';
import { ALL_DEFINITIONS } from '../../domain/definitions.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import { IdText, query, unknownName } from '../parameters.ts';
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
    bounds: z.string().openapi({ description: 'Which values are possible' }),
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
  'bounds',
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
      return { symbols: { ...SYMBOLS }, definitions: ALL_DEFINITIONS.map(definitionJson) };
    },
  );
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/definitions/{id}',
      needs: 'open',
      tags: ['usage'],
      summary: 'What one quantity means',
      params: z.object({ id: IdText }),
      answer: DefinitionRow.extend({ symbols: z.record(z.string(), z.string()) }),
      also: CSV,
    },
    (c, { params: { id } }) => {
      const definition = ALL_DEFINITIONS.find((one) => one.id === id);
      const names = () => ALL_DEFINITIONS.map((one) => one.id);
      if (!definition) return unknownName('definition', id, names());
      if (wantsCsv(c)) return csvResponse(c, 'definition', COLUMNS, [cellsOf(definition)]);
      return { ...definitionJson(definition), symbols: { ...SYMBOLS } };
    },
  );
}

function definitionJson(definition: Definition): z.input<typeof DefinitionRow> {
  return { ...definition, fields: [...definition.fields] };
}

function cellsOf({ fields, fr, en, ...rest }: Definition) {
  return {
    ...rest,
    fields: fields.join(' '),
    'fr.name': fr.name,
    'fr.sentence': fr.sentence,
    'en.name': en.name,
    'en.sentence': en.sentence,
  };
}
