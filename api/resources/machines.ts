import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { CoverageToday } from '../coverage-today.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import type { MachineBoard, MachineJson } from '../machine-board.ts';
import { IdText, isFailure, query, selectMachines, unknownName } from '../parameters.ts';
import { type Api, serve } from '../route.ts';

const Instant = z.string().openapi({ example: '2026-03-02T09:00:00.000Z' });

/** A machine on the live floor. */
export const MachineState = z
  .object({
    id: z.string(),
    lab: z.string(),
    kind: z.string(),
    name: z.string(),
    activity: z.enum(['off', 'standby', 'running', 'unknown']),
    since: Instant.nullable(),
    watts: z.number().nullable(),
    wattsAt: Instant.nullable(),
    session: z
      .object({ id: z.string(), start: Instant, audience: z.string(), people: z.number().int().nullable() })
      .nullable(),
    service: z.enum(['up', 'fault', 'maintenance', 'absent']),
    online: z.boolean().nullable(),
    coverageToday: z.number().min(0).max(1).nullable(),
    heardAt: Instant.nullable().openapi({ description: 'Last sign of life of any of its channels' }),
    thresholds: z.object({ standbyW: z.number(), runningW: z.number(), stopW: z.number() }).nullable(),
  })
  .openapi('Machine');

const COLUMNS = [
  ...['id', 'lab', 'kind', 'name', 'activity', 'since', 'watts', 'wattsAt', 'session.id', 'session.start'],
  ...['session.audience', 'session.people', 'service', 'online', 'coverageToday', 'heardAt'],
];

/** How long the first answer may wait for the observed share of today. */
const COVERAGE_WAIT_MS = 500;

/** `/api/v1/machines` and `/api/v1/machines/{id}`. */
export function serveMachines(
  app: Api,
  deps: Pick<ApiDeps, 'registry'>,
  board: MachineBoard,
  coverage: CoverageToday,
): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/machines',
      needs: 'floor:read',
      tags: ['floor'],
      summary: 'What every machine does now',
      query: query({ lab: IdText.optional(), kind: IdText.optional() }),
      answer: z.object({ machines: z.array(MachineState) }),
      also: CSV,
    },
    async (c, { query: { lab, kind } }) => {
      await firstCoverage(coverage);
      const isAll = lab === undefined && kind === undefined;
      const selection = isAll ? null : selectMachines(deps.registry.document(), { lab, kind });
      if (isFailure(selection)) return selection;
      const body = board.body(selection?.machines.filter((id) => lab === undefined || board.labOf(id) === lab));
      return wantsCsv(c) ? csvOf(c, JSON.parse(body).machines) : jsonText(body);
    },
  );
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/machines/{id}',
      needs: 'floor:read',
      tags: ['floor'],
      summary: 'What one machine does now',
      params: z.object({ id: IdText }),
      answer: MachineState,
    },
    async (_c, { params: { id } }) => {
      await firstCoverage(coverage);
      const text = board.text(id);
      return text === undefined ? unknownName('machine', id, board.ids()) : jsonText(text);
    },
  );
}

/** Only the very first answer waits; a slow disk must not hold back the floor. */
async function firstCoverage(coverage: CoverageToday): Promise<void> {
  const renewed = coverage.renew();
  if (coverage.isKnown) return;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, COVERAGE_WAIT_MS);
  });
  await Promise.race([renewed, patience]);
  clearTimeout(timer);
}

function jsonText(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'application/json' } });
}

function csvOf(c: Context, machines: MachineJson[]): Response {
  const rows = machines.map(({ session, thresholds: _, ...machine }) => ({
    ...machine,
    'session.id': session?.id,
    'session.start': session?.start,
    'session.audience': session?.audience,
    'session.people': session?.people,
  }));
  return csvResponse(c, 'machines', COLUMNS, rows);
}
