import { z } from '@hono/zod-openapi';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { IdText, isFailure, query, selectMachines } from '../parameters.ts';
import { type Api, serve } from '../route.ts';
import { ProposalHead, proposalJson } from '../signature-json.ts';

/** Each machine's readings of days are read: more are asked for lab by lab, or kind by kind. */
const MACHINES_MAX = 100;

const Proposal = z
  .object({ machine: z.string(), lab: z.string(), kind: z.string() })
  .extend(ProposalHead.shape)
  .openapi('Proposal');

type ProposalJson = z.input<typeof Proposal>;

/** `GET /api/v1/proposals`: power thresholds proposed from readings. */
export function serveProposals(app: Api, { queries, registry }: Pick<ApiDeps, 'queries' | 'registry'>): void {
  serve(
    app,
    {
      method: 'get',
      path: '/api/v1/proposals',
      needs: 'registry:read',
      tags: ['registry'],
      summary: 'Power thresholds proposed from machines’ own readings, or why none are',
      description: `For machines without thresholds; those that are named by \`machine\` or \`kind\` whether they have some or not. The first ${MACHINES_MAX}; \`left\` says how many more there are. \`GET /api/v1/machines/{id}/signature\` has the evidence.`,
      query: query({ machine: IdText.optional(), lab: IdText.optional(), kind: IdText.optional() }),
      answer: z.object({ proposals: z.array(Proposal), left: z.number().int() }),
      also: CSV,
    },
    async (c, { query: selection }) => {
      const document = registry.document();
      const selected = selectMachines(document, selection);
      if (isFailure(selected)) return selected;
      const isNamed = selection.machine !== undefined || selection.kind !== undefined;
      const chosen = new Set(selected.machines);
      const machines = document.machines.filter(({ id, signature }) => chosen.has(id) && (isNamed || !signature));
      const proposals: ProposalJson[] = [];
      for (const { id, lab, kind } of machines.slice(0, MACHINES_MAX)) {
        const found = await queries.calibration({ machine: id, tried: null });
        if (found) proposals.push({ machine: id, lab, kind, ...proposalJson(found.calibration, found.days) });
      }
      if (wantsCsv(c)) return csvResponse(c, 'proposals', COLUMNS, proposals.map(cellsOf));
      return { proposals, left: Math.max(0, machines.length - MACHINES_MAX) };
    },
  );
}

const COLUMNS = [
  ...['machine', 'lab', 'kind', 'outcome', 'standbyW', 'runningW', 'stopW', 'stopAfterS', 'reason', 'sentence'],
  ...['days', 'from', 'to', 'knownS', 'before.runs', 'before.runningS', 'after.runs', 'after.runningS'],
];

function cellsOf({ proposed, before, after, ...head }: ProposalJson) {
  return {
    ...head,
    standbyW: proposed?.standbyW,
    runningW: proposed?.runningW,
    stopW: proposed?.stopW,
    stopAfterS: proposed?.stopAfterS,
    'before.runs': before?.runs,
    'before.runningS': before?.runningS,
    'after.runs': after?.runs,
    'after.runningS': after?.runningS,
  };
}
