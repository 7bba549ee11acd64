import { z } from '@hono/zod-openapi';
import { type Failure, failure } from '../../domain/failure.ts';
import type { SignatureVersion } from '../../domain/ports-registry.ts';
import { type Registry, SIGNATURE_ENTRY, type SignatureEntry } from '../../domain/registry.ts';
import { signatureOf } from '../../domain/signature-entry.ts';
import { formatInstant } from '../../domain/time.ts';
import { CSV, csvResponse, wantsCsv } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { IdText, isFailure, query, unknownName } from '../parameters.ts';
import type { CalibrationAnswer } from '../queries/queries.ts';
import { type Api, serve } from '../route.ts';
import { EffectJson, effectJson, ProposalHead, proposalJson, proposedOf, SignatureJson } from '../signature-json.ts';

const PATH = '/api/v1/machines/{id}/signature';
const REASON_CHARS_MAX = 500;

const Version = z
  .object({
    version: z.number().int().openapi({ description: 'The registry document that brought it' }),
    at: z.string(),
    author: z.string().nullable().openapi({ description: 'Null for those who may not see it' }),
    reason: z
      .string()
      .nullable()
      .openapi({ description: 'Null where none was given, and for those who may not see it' }),
    signature: SignatureJson.nullable(),
  })
  .openapi('SignatureVersion');

const Run = z.object({ start: z.string(), end: z.string(), censored: z.boolean() });

const Evidence = ProposalHead.extend({
  bins: z
    .array(z.object({ fromW: z.number(), toW: z.number(), knownS: z.number() }))
    .openapi({ description: 'Known time by power; bins are a twentieth of a decade wide' }),
  split: z.object({ thresholdW: z.number(), separability: z.number(), hasTwoModes: z.boolean() }).nullable(),
  runs: z.array(Run).openapi({ description: 'Under the thresholds that the readings suggest; the newest 100' }),
});

const Signature = z
  .object({
    machine: z.string(),
    signature: SignatureJson.nullable().openapi({ description: 'What holds now' }),
    versions: z.array(Version).openapi({ description: 'All that ever held, the newest first' }),
    recomputing: z
      .object({ done: z.number().openapi({ description: '0 to 1' }) })
      .nullable()
      .openapi({ description: 'While the past that is shown is still that of earlier rules' }),
    calibration: Evidence,
  })
  .openapi('MachineSignature');

const Reason = z.string().trim().min(1, 'say why: the reason is kept in the log of changes').max(REASON_CHARS_MAX);

/** Either what was proposed, word by word, or thresholds by hand. */
const Confirmation = z.union([
  z.strictObject({ proposed: z.record(z.string(), z.unknown()), reason: Reason }),
  z.strictObject({ signature: z.record(z.string(), z.unknown()), reason: Reason }),
]);

const Confirmed = z
  .object({
    machine: z.string(),
    changes: z.array(z.string()),
    before: EffectJson.nullable().openapi({ description: 'What the thresholds so far make of the newest readings' }),
    after: EffectJson.nullable().openapi({ description: 'What these would make of them' }),
    days: z.number(),
  })
  .openapi('SignatureConfirmed');

type Deps = Pick<ApiDeps, 'queries' | 'registry' | 'rebuild'>;

/** `GET` and `POST /api/v1/machines/{id}/signature`; `applied` is called after each change. */
export function serveSignature(app: Api, deps: Deps, applied: () => void): void {
  const { queries, registry, rebuild } = deps;
  serve(
    app,
    {
      method: 'get',
      path: PATH,
      needs: 'registry:read',
      tags: ['registry'],
      summary: 'A machine’s power thresholds, the earlier ones, and what its own readings say',
      description: 'As CSV: the versions.',
      params: z.object({ id: IdText }),
      answer: Signature,
      also: CSV,
    },
    async (c, { params: { id } }) => {
      const found = await queries.calibration({ machine: id, tried: null });
      if (!found) return noMachine(registry.document(), id);
      const versions = (await registry.signatures(id)).map((one) => versionJson(one, c.var.may('journal:read')));
      if (wantsCsv(c)) return csvOf(c, versions);
      const signature = registry.document().machines.find((one) => one.id === id)?.signature ?? null;
      const progress = rebuild();
      const recomputing = found.isRecomputing ? { done: progress?.machine === id ? progress.done : 0 } : null;
      return { machine: id, signature, versions, recomputing, calibration: evidenceJson(found) };
    },
  );
  serve(
    app,
    {
      method: 'post',
      path: PATH,
      needs: 'registry:write',
      tags: ['registry'],
      summary: 'Confirms proposed power thresholds, or sets others by hand',
      description:
        'Send what was `proposed`, or a `signature` of your own, with a `reason`. A proposal that is another one by now is refused with 409. ' +
        'With `dry-run` it only says what would change. The past is computed again in the background; `GET` says how far it is.',
      params: z.object({ id: IdText }),
      query: query({ 'dry-run': z.enum(['', 'true', 'false']).optional() }),
      body: { required: true, content: { 'application/json': { schema: Confirmation } } },
      answer: Confirmed,
    },
    async (c, { params: { id }, query: { 'dry-run': flag } }) => {
      const said = c.req.valid('json' as never) as z.output<typeof Confirmation>;
      const dryRun = flag === '' || flag === 'true';
      const basedOn = registry.document();
      const entry = 'signature' in said ? said.signature : await proposalStill(deps, id, said.proposed);
      if (isFailure(entry)) return entry;
      const document = withSignature(basedOn, id, entry as SignatureEntry);
      if (!document) return noMachine(basedOn, id);
      const earlier = basedOn.machines.find((one) => one.id === id)?.signature;
      const author = c.var.identity?.id ?? 'anonymous';
      const result = await registry.apply(document, author, { dryRun, basedOn, reason: said.reason });
      if (isFailure(result)) return inOwnWords(result);
      if (!dryRun) applied();
      // The one of the two that does not hold now.
      const other = dryRun ? SIGNATURE_ENTRY.parse(entry) : earlier;
      const found = await queries.calibration({ machine: id, tried: other ? signatureOf(other) : null });
      if (!found) return noMachine(registry.document(), id);
      const [holds, tried] = [effectJson(found.calibration.evidence.before), effectJson(found.tried)];
      const [before, after] = dryRun ? [holds, tried] : [tried, holds];
      return { machine: id, changes: result.changes, before, after, days: found.days };
    },
  );
}

function noMachine(document: Registry, id: string): Failure {
  return unknownName(
    'machine',
    id,
    document.machines.map((one) => one.id),
  );
}

/** What is proposed now, when it is what was confirmed; else what changed meanwhile. */
async function proposalStill(
  { queries, registry }: Deps,
  id: string,
  confirmed: Record<string, unknown>,
): Promise<SignatureEntry | Failure> {
  const found = await queries.calibration({ machine: id, tried: null });
  if (!found) return noMachine(registry.document(), id);
  const proposed = proposedOf(found.calibration);
  if (!proposed) {
    const { sentence } = found.calibration as Extract<CalibrationAnswer['calibration'], { kind: 'refusal' }>;
    return failure('conflict', `Nothing is proposed for machine "${id}". ${sentence}`);
  }
  const changed = Object.entries(proposed).filter(([name, value]) => confirmed[name] !== value);
  if (changed.length === 0) return proposed;
  const complaints = changed.map(([name, value]) => {
    return { path: `proposed.${name}`, message: `is now ${value}, not ${String(confirmed[name] ?? 'nothing')}` };
  });
  return failure('conflict', 'The proposal is another one by now: look at it again, then confirm it.', complaints);
}

/** The document with other thresholds for one machine; what it may draw at most stays, unless it is said. Undefined: no such machine. */
function withSignature(document: Registry, id: string, entry: SignatureEntry): Registry | undefined {
  if (!document.machines.some((one) => one.id === id)) return undefined;
  const machines = document.machines.map((machine) => {
    if (machine.id !== id) return machine;
    const ratedW = machine.signature?.ratedW;
    return { ...machine, signature: { ...(ratedW === undefined ? {} : { ratedW }), ...entry } };
  });
  return { ...document, machines };
}

/** Whoever sets one machine's thresholds did not write the whole document: paths begin at `signature`. */
function inOwnWords(refusal: Failure): Failure {
  const { code, complaints = [] } = refusal;
  if (code !== 'registry-invalid') return refusal;
  const own = complaints.map(({ path, message }) => ({ path: path.replace(/^machines\[\d+\]\./, ''), message }));
  const [first] = own;
  return failure(code, `${first?.path} ${first?.message}; nothing was changed.`, own);
}

function versionJson({ version, at, author, reason, signature }: SignatureVersion, showsAll: boolean) {
  const who = showsAll ? { author, reason } : { author: null, reason: null };
  return { version, at: formatInstant(at), ...who, signature };
}

function evidenceJson({ calibration, days }: CalibrationAnswer): z.input<typeof Evidence> {
  const { bins, split, runs } = calibration.evidence;
  return {
    ...proposalJson(calibration, days),
    bins: bins.map(({ fromW, toW, ms }) => ({ fromW, toW, knownS: ms / 1000 })),
    split,
    runs: runs.map(({ start, end, censored }) => ({ start: formatInstant(start), end: formatInstant(end), censored })),
  };
}

const COLUMNS = ['version', 'at', 'author', 'reason', ...Object.keys(SignatureJson.shape)];

function csvOf(c: Parameters<typeof csvResponse>[0], versions: z.input<typeof Version>[]): Response {
  const rows = versions.map(({ signature, ...version }) => ({ ...version, ...signature }));
  return csvResponse(c, 'signatures', COLUMNS, rows);
}
