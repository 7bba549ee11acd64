import type { Registry } from '../domain/registry.ts';
import { DAY_MS, formatInstant, HOUR_MS } from '../domain/time.ts';
import { type UsageRow, usageRow } from '../domain/usage.ts';
import { emptySum } from '../domain/usage-sum.ts';
import { type Asked, explainLink, type UsageRowJson, usageRowJson } from './explain-link.ts';
import { isFailure, labsOf, selectMachines } from './parameters.ts';
import { rangeOf } from './queries/buckets.ts';
import type { Queries, UsageAnswerRow, UsagePeriod } from './queries/queries.ts';

/** A row, and the rows that add up to it. */
export interface Explained {
  from: number;
  to: number;
  row: UsageRow;
  parts: UsageRowJson[];
}

type Question = Omit<Asked, 'zones'> & { bucket: number | null };

/** A row of several machines by its labs, or, within one lab, by its machines. Null when there is no such bucket. */
export async function findParts(queries: Queries, document: Registry, asked: Question): Promise<Explained | null> {
  const { audience } = asked;
  const period = asked.bucket !== null || asked.period === 'hour' ? asked.period : 'total';
  const askFor = async (by: 'network' | 'lab' | 'machine' | 'audience', names: Partial<Question> = {}) => {
    const rows = await rowsOf(queries, document, { ...asked, ...names, period }, by);
    return rows.filter((row) => isAsked(row, asked));
  };
  const [first] = await askFor(audience === undefined ? 'network' : 'audience');
  if (!first) return asked.bucket === null ? nothing(asked) : null;
  const { group: _, key: __, from, to, ...row } = first;
  const selected = selectedOf(document, asked);
  const labs = new Set(document.machines.filter(({ id }) => selected.has(id)).flatMap(labsOf));
  if (asked.lab !== undefined) labs.clear();
  const by = labs.size > 1 ? 'lab' : 'machine';
  const names = by === 'lab' ? [...labs] : [...selected];
  const rows = audience === undefined ? await askFor(by) : [];
  for (const name of audience === undefined ? [] : names) {
    const part = await askFor('audience', { [by]: name });
    rows.push(...part.map((one) => ({ ...one, group: { [by]: name, ...one.group } })));
  }
  const parts = rows.map((one) => usageRowJson(one, explainLink(one, { ...asked, zones: 1 })));
  return { from, to, row, parts };
}

/** A row of one machine by shorter windows of the calendar. */
export async function findTimeParts(
  queries: Queries,
  document: Registry,
  asked: Question & { machine: string },
  window: { from: number; to: number },
): Promise<Explained['parts']> {
  const range = { from: formatInstant(window.from), to: formatInstant(window.to) };
  const period = partsOf(window.to - window.from);
  const by = asked.audience === undefined ? 'machine' : 'audience';
  const rows = await rowsOf(queries, document, { ...asked, ...range, period }, by);
  return rows
    .filter(({ group }) => asked.audience === undefined || group.audience === asked.audience)
    .map((row) =>
      usageRowJson(
        period === 'hour' ? withRecovered(row) : row,
        explainLink(row, { ...asked, period: 'total', zones: 1 }),
      ),
    );
}

/** The longest calendar buckets of which a window of this length holds several. */
function partsOf(lengthMs: number): UsagePeriod {
  if (lengthMs > 366 * DAY_MS) return 'year';
  if (lengthMs > 31 * DAY_MS + HOUR_MS) return 'month';
  return lengthMs > 25 * HOUR_MS ? 'day' : 'hour';
}

/** Hours leave out what was caught up over holes; as parts of a longer time they must have it. */
function withRecovered(row: UsageAnswerRow): UsageAnswerRow {
  const { energyWh, recoveredWh } = row;
  if (energyWh === null || recoveredWh === null) return row;
  return { ...row, energyWh: Math.round((energyWh + recoveredWh) * 1000) / 1000 };
}

async function rowsOf(
  queries: Queries,
  document: Registry,
  asked: Question,
  by: 'network' | 'lab' | 'machine' | 'audience',
): Promise<UsageAnswerRow[]> {
  const { from, to, period } = asked;
  const answer = await queries.usage({
    machines: [...selectedOf(document, asked)],
    lab: asked.lab,
    from,
    to,
    by,
    period,
  });
  return answer.rows;
}

function isAsked({ key, group }: UsageAnswerRow, { bucket, audience }: Question): boolean {
  return (bucket === null || key === bucket) && (audience === undefined || group.audience === audience);
}

/** Nothing is chosen, or the audience was never there. */
function nothing(asked: Question): Explained {
  return { ...rangeOf(asked, 'UTC'), row: usageRow(emptySum()), parts: [] };
}

/** The names were checked before. */
function selectedOf(document: Registry, asked: Question): Set<string> {
  const selection = selectMachines(document, asked);
  return new Set(isFailure(selection) ? [] : selection.machines);
}
