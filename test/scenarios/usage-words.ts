import type { GroupBy, UsageAnswerRow, UsagePeriod } from '../../api/queries/queries.ts';
import { formatInstant, nextPeriod, type Period, startOfPeriod } from '../../domain/time.ts';
import { audit } from './audit.ts';
import type { StoryHouse } from './house.ts';
import type { Check, Story } from './story.ts';
import { LENGTH, readLength, readTime, StoryError, TIME, writeLength } from './words.ts';

type Row = UsageAnswerRow;

const SECONDS: Record<string, (row: Row) => number | null> = {
  ran: (row) => row.runningS,
  'stood by': (row) => row.standbyS,
  'was off': (row) => row.offS,
  'is unknown': (row) => row.unknownS,
  bridged: (row) => row.bridgedS,
  'was held': (row) => row.badgedS,
  'is unattributed': (row) => row.runningS - row.attributedS,
  'ran outside opening hours': (row) => row.outsideS,
  'was open': (row) => row.openS,
  'was down': (row) => row.downS,
  'is counted': (row) => row.windowS,
};
const COUNTS: Record<string, (row: Row) => number> = {
  sessions: (row) => row.sessions,
  'doubtful sessions': (row) => row.doubtful,
  members: (row) => row.members,
};
const SHARES: Record<string, (row: Row) => number | null> = {
  coverage: (row) => row.coverage,
  utilisation: (row) => row.utilisation.value,
  'least utilisation': (row) => row.utilisation.low,
  'greatest utilisation': (row) => row.utilisation.high,
  occupation: (row) => row.occupation,
  availability: (row) => row.availability,
  efficiency: (row) => row.efficiency,
};
const WATTHOURS: Record<string, (row: Row) => number | null> = {
  used: (row) => row.energyWh,
  'caught up': (row) => row.recoveredWh,
};
const PERIODS: [RegExp, Period][] = [
  [/^\d{4}$/, 'year'],
  [/^\d{4}-\d\d$/, 'month'],
  [/^\d{4}-\d\d-\d\d$/, 'day'],
];

/** What of a sentence about usage is not so; undefined when it is none. */
export async function unmetUsage(check: Check, story: Story, house: StoryHouse): Promise<string[] | undefined> {
  const pattern = new RegExp(`^(?:for (audience \\w+|the hour ${TIME}|the week of \\S+|[\\d-]+) )?(\\S+) (.+)$`);
  const [, scope, subject = '', text = ''] = pattern.exec(check.about) ?? [];
  const clauses = text.split(', ');
  if (!clauses.every((clause) => readClause(clause))) return undefined;
  const { row, differences } = await rowOf(scope, subject, check, story, house);
  if (!row) return ['there is no row of usage'];
  const unmet = clauses.flatMap((clause) => {
    const is = readClause(clause)?.(row) ?? null;
    return is === null ? [] : [`${clause}: ${is}`];
  });
  return [...unmet, ...differences];
}

/** A clause as a test of a row, which tells what is instead; undefined when it is none. */
function readClause(clause: string): ((row: Row) => string | null) | undefined {
  const length = new RegExp(`^(.+?) (${LENGTH})$`).exec(clause);
  const seconds = SECONDS[length?.[1] ?? ''];
  if (seconds) return (row) => different(seconds(row), readLength(length?.[2] ?? '') / 1000, 0.0005, 'S');
  const [, count, counted] = /^had (\d+) (.+?)$/.exec(clause) ?? [];
  const number = COUNTS[counted ?? ''] ?? COUNTS[`${counted}s`];
  if (number) return (row) => different(number(row), Number(count), 0, '');
  const [, name, percent] = /^(.+) ([\d.]+) %$/.exec(clause) ?? [];
  const share = SHARES[name ?? ''];
  if (share) return (row) => different(share(row), Number(percent) / 100, precisionOf(percent) / 100, 'share');
  const [, verb, amount, unit] = /^(.+) ([\d.]+) (k?Wh)$/.exec(clause) ?? [];
  const energy = WATTHOURS[verb ?? ''];
  const scale = unit === 'kWh' ? 1000 : 1;
  if (energy) return (row) => different(energy(row), Number(amount) * scale, precisionOf(amount) * scale, 'Wh');
  const [, unknown = ''] = /^(.+) is not known$/.exec(clause) ?? [];
  const value = SHARES[unknown] ?? { energy: WATTHOURS.used, 'opening time': SECONDS['was open'] }[unknown];
  if (value) return (row) => (value(row) === null ? null : `is ${value(row)}`);
  return undefined;
}

/** Half of the last digit that is written. */
function precisionOf(text: string | undefined): number {
  return 0.5 * 10 ** -(text?.split('.')[1]?.length ?? 0);
}

function different(is: number | null, expected: number, precision: number, unit: string): string | null {
  if (is !== null && Math.abs(is - expected) <= precision + 1e-9) return null;
  if (is === null) return 'is not known';
  return unit === 'S' ? `is ${writeLength(is * 1000)}` : `is ${is} ${unit}`;
}

async function rowOf(scope: string | undefined, subject: string, check: Check, story: Story, house: StoryHouse) {
  const { machines, labs } = house.document;
  const isMachine = machines.some(({ id }) => id === subject);
  const lab = labs.find(({ id }) => id === subject);
  if (!isMachine && !lab) throw new StoryError(`${story.file}:${check.line}: there is no machine or lab "${subject}"`);
  const audience = scope?.startsWith('audience ') ? scope.slice('audience '.length) : undefined;
  const window = audience === undefined ? windowOf(scope, check, story) : windowOf(undefined, check, story);
  const by: GroupBy = audience === undefined ? (isMachine ? 'machine' : 'lab') : 'audience';
  const range = { from: formatInstant(window.from), to: formatInstant(window.to) };
  const { rows } = await house.queries.usage({
    machines: isMachine ? [subject] : machines.map(({ id }) => id),
    lab: lab?.id,
    ...range,
    by,
    period: window.period,
  });
  const row = rows.find(({ group }) => group[by] === (audience ?? subject));
  if (!row || !isMachine) return { row, differences: [] };
  const asked = { machine: subject, audience: audience ?? null, ...range, period: window.period };
  return { row, differences: await audit(house.queries, asked, row) };
}

function windowOf(scope: string | undefined, check: Check, story: Story) {
  if (scope === undefined) return { from: story.from, to: check.at, period: 'total' as UsagePeriod };
  if (scope.startsWith('the hour ')) return periodOf(readTime(scope.slice(9), check.day, story.zone), 'hour', story);
  if (scope.startsWith('the week of ')) return periodOf(readTime('12:00', scope.slice(12), story.zone), 'week', story);
  const [, period] = PERIODS.find(([pattern]) => pattern.test(scope)) ?? [];
  if (!period) throw new StoryError(`${story.file}:${check.line}: "${scope}" is no period`);
  const date = `${scope}${'-01-01'.slice(scope.length - 4)}`.slice(0, 10);
  return periodOf(readTime('12:00', date, story.zone), period, story);
}

function periodOf(at: number, period: Period, { zone }: Story) {
  return { from: startOfPeriod(at, period, zone), to: nextPeriod(at, period, zone), period: period as UsagePeriod };
}
