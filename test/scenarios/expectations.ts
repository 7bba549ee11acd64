import type { SessionEntry } from '../../api/queries/queries.ts';
import { formatInstant } from '../../domain/time.ts';
import type { Secrets } from '../../ingest/secrets.ts';
import type { StoryHouse } from './house.ts';
import type { Check, Story } from './story.ts';
import { unmetUsage } from './usage-words.ts';
import { LENGTH, readLength, readTime, readTimeAfter, StoryError, TIME, writeLength, writeTime } from './words.ts';

/** What a check is made against. `isAsTold`: everything came in order, so that readers were answered. */
export interface Played {
  house: StoryHouse;
  secrets: Secrets;
  isAsTold: boolean;
}

type Reader = (parts: (string | undefined)[], check: Check, story: Story, played: Played) => Promise<string[]>;

const SPAN = `(${TIME})[–-](${TIME})`;

/** Everything that may be looked at, but for usage. */
const SENTENCES: readonly [RegExp, Reader][] = [
  [/^the session of ([A-Z]\w*) on (\S+) is (.+)$/, unmetSession],
  [/^(\S+) has no session$/, unmetNone],
  [new RegExp(`^(\\S+) was (running|standby|off|unknown) ${SPAN}$`), unmetActivity],
  [/^at most (\d+) people were in (\S+)$/, unmetPeople],
  [/^the readers of (\S+) answered (.+)$/, unmetAnswers],
  [/^(\S+) ignored (\d+) messages$/, unmetIgnored],
  [/^(\d+) messages of (\S+) are in quarantine$/, unmetQuarantine],
  [/^(\d+) events of (\S+) have a clock that is not believed$/, unmetClock],
];

/** What does not come out as the checks say, in sentences with file and line. */
export async function unmet(story: Story, checks: readonly Check[], played: Played): Promise<string[]> {
  const problems: string[] = [];
  for (const check of checks) {
    for (const problem of await unmetCheck(story, check, played)) {
      problems.push(`${story.file}:${check.line}: ${check.about}: ${problem}`);
    }
  }
  return [...problems, ...(await unmetCounts(story, checks, played))];
}

async function unmetCheck(story: Story, check: Check, played: Played): Promise<string[]> {
  for (const [pattern, read] of SENTENCES) {
    const match = pattern.exec(check.about);
    if (match) return read(match.slice(1), check, story, played);
  }
  const found = await unmetUsage(check, story, played.house);
  if (found === undefined) throw new StoryError(`${story.file}:${check.line}: unknown words: "${check.about}"`);
  return found;
}

/** Where sessions of a machine are told, all of them are. */
async function unmetCounts(story: Story, checks: readonly Check[], played: Played): Promise<string[]> {
  const told = new Map<string, Check[]>();
  for (const check of checks) {
    const machine = /^the session of \S+ on (\S+) is/.exec(check.about)?.[1];
    if (machine) told.set(machine, [...(told.get(machine) ?? []), check]);
  }
  const problems: string[] = [];
  for (const [machine, list] of told) {
    const { at, line } = list[0] as Check;
    const sessions = await sessionsOf(machine, at, story, played);
    if (sessions.length === list.length) continue;
    const all = sessions.map((session) => sentenceOf(session, story, played)).join('; ');
    problems.push(`${story.file}:${line}: ${list.length} sessions are told of ${machine}, there are: ${all}`);
  }
  return problems;
}

async function sessionsOf(machine: string, at: number, story: Story, { house }: Played): Promise<SessionEntry[]> {
  if (!house.document.machines.some(({ id }) => id === machine))
    throw new StoryError(`there is no machine "${machine}"`);
  const [from, to] = [formatInstant(story.from), formatInstant(at)];
  return (await house.queries.sessions({ machines: [machine], from, to, confidence: null, limit: 1000, after: null }))
    .sessions;
}

function nameOf({ member, start }: SessionEntry, { names }: Story, { secrets }: Played): string {
  const year = Number(formatInstant(start).slice(0, 4));
  const tokens = (name: string) => [year, year + 1].map((one) => secrets.memberToken(name.toLowerCase(), one));
  return names.find((name) => tokens(name).includes(member)) ?? 'somebody';
}

function sentenceOf(session: SessionEntry, story: Story, played: Played): string {
  const { start, end, endCause, confidence, startCause } = session;
  const span = `${writeTime(start, story.zone)}–${writeTime(end, story.zone)}`;
  const sums = `ran ${writeLength(session.runningMs)}, stood by ${writeLength(session.standbyMs)}`;
  const count = session.people === null ? '' : `, ${session.people} people`;
  const more = `unknown ${writeLength(session.unknownMs)}, used ${session.energyWh} Wh${count}`;
  const ending = `ended "${endCause}", ${confidence}, began by ${startCause}`;
  return `${nameOf(session, story, played)} ${span}, ${ending}, ${sums}, ${more}`;
}

async function unmetSession(parts: (string | undefined)[], check: Check, story: Story, played: Played) {
  const [name, machine = '', text = ''] = parts;
  const [span = '', ...clauses] = text.split(', ');
  const since = new RegExp(`^open since (${TIME})$`).exec(span)?.[1];
  const match = new RegExp(`^${SPAN}$`).exec(span);
  if (!match && !since) throw new StoryError(`${story.file}:${check.line}: "${span}" is no stretch of time`);
  const start = readTime(since ?? match?.[1] ?? '', check.day, story.zone);
  const end = match ? readTimeAfter(match[2] ?? '', start, check.day, story.zone) : null;
  const sessions = await sessionsOf(machine, check.at, story, played);
  const all = sessions.map((session) => sentenceOf(session, story, played)).join('; ') || 'none';
  const found = sessions.find((one) => one.start === start && nameOf(one, story, played) === name);
  if (!found) return [`there is no such session but: ${all}`];
  const expected = [...clauses, ...(since ? ['ended "open"'] : [])];
  const isSame = found.end === end && expected.every((clause) => isTrue(clause, found, check, story));
  return isSame ? [] : [`it is ${sentenceOf(found, story, played)}`];
}

function isTrue(clause: string, session: SessionEntry, check: Check, story: Story): boolean {
  const people = /^(\d+) people$/.exec(clause)?.[1];
  if (people) return session.people === Number(people);
  const words = /^(ended|used|audience|ran|stood by|unknown) (.+)$/.exec(clause);
  const value = words?.[2] ?? '';
  if (clause === 'began with the run') return session.startCause === 'run';
  if (['certain', 'inferred', 'doubtful'].includes(clause)) return session.confidence === clause;
  switch (words?.[1]) {
    case 'ended':
      return session.endCause === value.replaceAll('"', '');
    case 'audience':
      return session.audience === value;
    case 'used':
      return session.energyWh !== null && Math.abs(session.energyWh - Number.parseFloat(value)) < 0.5;
    case 'ran':
      return session.runningMs === readLength(value);
    case 'stood by':
      return session.standbyMs === readLength(value);
    case 'unknown':
      return session.unknownMs === readLength(value);
    default:
      throw new StoryError(`${story.file}:${check.line}: a session has no "${clause}" (${LENGTH})`);
  }
}

async function unmetNone([machine = '']: (string | undefined)[], check: Check, story: Story, played: Played) {
  const sessions = await sessionsOf(machine, check.at, story, played);
  return sessions.map((session) => `there is ${sentenceOf(session, story, played)}`);
}

async function unmetActivity(parts: (string | undefined)[], check: Check, story: Story, { house }: Played) {
  const [machine = '', activity, start = '', end = ''] = parts;
  const from = readTime(start, check.day, story.zone);
  const to = readTimeAfter(end, from, check.day, story.zone);
  const query = { machine, from: formatInstant(from), to: formatInstant(to) };
  const found = await house.queries.activity(query);
  const isCovered = found[0]?.start === from && found.at(-1)?.end === to;
  if (isCovered && found.every((one) => one.activity === activity)) return [];
  return [
    found
      .map((one) => `${one.activity} ${writeTime(one.start, story.zone)}–${writeTime(one.end, story.zone)}`)
      .join(', '),
  ];
}

async function unmetPeople([n, lab = '']: (string | undefined)[], check: Check, story: Story, { house }: Played) {
  const range = { from: formatInstant(story.from), to: formatInstant(check.at) };
  const { people } = await house.queries.occupancy({ lab, ...range });
  return people?.peak === Number(n) ? [] : [`there were ${people?.peak ?? 'none that is known'}`];
}

async function unmetAnswers(parts: (string | undefined)[], _: Check, __: Story, { house, isAsTold }: Played) {
  const [machine, expected = ''] = parts;
  if (!isAsTold) return [];
  const answers = house.replies.filter((one) => one.machine === machine).map(({ reply }) => reply.reply);
  return answers.join(', ') === expected ? [] : [`they answered ${answers.join(', ')}`];
}

async function unmetIgnored([id = '', n]: (string | undefined)[], _: Check, __: Story, { house, isAsTold }: Played) {
  if (!isAsTold) return [];
  const counted = [...(house.devices.source(id)?.counted() ?? [])];
  const ignored = counted.filter(([name]) => name.startsWith('ignored:')).reduce((sum, [, count]) => sum + count, 0);
  return ignored === Number(n) ? [] : [`there are ${ignored}`];
}

async function unmetQuarantine([n, connector = '']: (string | undefined)[], _: Check, __: Story, { house }: Played) {
  const rows = await house.queries.quarantine({ connector, limit: 1000 });
  return rows.length === Number(n) ? [] : [`there are ${rows.length}`];
}

async function unmetClock([n, connector = '']: (string | undefined)[], _: Check, __: Story, { house }: Played) {
  let rejected = 0;
  for await (const events of house.queries.events({ connector })) {
    rejected += events.filter(({ clock }) => clock === 'rejected').length;
  }
  return rejected === Number(n) ? [] : [`there are ${rejected}`];
}
