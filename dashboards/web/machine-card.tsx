import { activityCondition, type Condition, conditionOf, conditionSince } from './condition.ts';
import type { Machine, OpenSession } from './contract.ts';
import { formatHours, formatShare, formatWatts, isWhole } from './format.ts';
import { Glyph } from './glyph.tsx';
import { KIND_WORDS } from './kind-words.ts';
import { sinceWords } from './time-words.ts';
import type { Today } from './today.ts';
import { sentence, type Words } from './words.ts';

/** What a card is made from. */
export interface MachineCardProps {
  machine: Machine;
  today: Today | undefined;
  /** The zone of the machine's lab. */
  zone: string;
  now: number;
  words: Words;
  /** Whether it went into its condition just now, before the reader's eyes. */
  isFresh: boolean;
  /** The level of its heading. */
  heading: 'h2' | 'h3';
}

/** One machine: what it does now and since when, its power, its hours today, its session and its connector. */
export function MachineCard({ machine, today, zone, now, words, isFresh, heading: Heading }: MachineCardProps) {
  const condition = conditionOf(machine, now);
  return (
    <article class={`card card-${condition}`} data-machine={machine.id} data-condition={condition}>
      <Heading class="card-name">{machine.name}</Heading>
      <p class="card-kind">{kindWords(machine.kind, words)}</p>
      <div class={isFresh ? 'state state-fresh' : 'state'} key={condition}>
        <Glyph condition={condition} />
        <p class="state-text">
          <span class="state-word">{words.state[condition]}</span>{' '}
          <span class="state-since">{stateDetail({ machine, condition, zone, now, words })}</span>
        </p>
      </div>
      <div class="figures">
        <Power machine={machine} now={now} words={words} />
        <RunningToday today={today} words={words} />
      </div>
      <div class="facts">
        <p class={machine.online === false ? 'fact-strong' : ''}>{sentence(connectorWords(machine.online, words))}</p>
        <Session session={machine.session} zone={zone} now={now} words={words} />
      </div>
    </article>
  );
}

interface Detail {
  machine: Machine;
  condition: Condition;
  zone: string;
  now: number;
  words: Words;
}

function stateDetail({ machine, condition, zone, now, words }: Detail): string {
  switch (condition) {
    case 'setup':
    case 'unmeasured':
      return words.hint[condition];
    case 'unknown':
      return `${sinceOf(machine, condition, zone, now, words) || words.nothingHeard} — ${words.hint.unknown}`;
    case 'fault':
    case 'maintenance':
    case 'absent':
      return activityWords(machine, condition, zone, now, words);
    case 'running':
    case 'standby':
    case 'off':
      return sinceOf(machine, condition, zone, now, words);
  }
}

/** What a machine that is not in service does beneath; that one which is away is silent needs no word. */
function activityWords(machine: Machine, service: Condition, zone: string, now: number, words: Words): string {
  const activity = activityCondition(machine, now);
  if (service === 'absent' && activity === 'unknown') return '';
  return `${words.state[activity]} ${sinceOf(machine, activity, zone, now, words)}`.trim();
}

function sinceOf(machine: Machine, condition: Condition, zone: string, now: number, words: Words): string {
  const since = conditionSince(machine, condition);
  return since === null ? '' : sinceWords(since, now, zone, words);
}

function Power({ machine, now, words }: { machine: Machine; now: number; words: Words }) {
  const activity = activityCondition(machine, now);
  const watts = activity === 'unknown' || activity === 'unmeasured' ? null : machine.watts;
  return (
    <p class="figure">
      <strong class="amount">{watts === null ? <Nothing words={words} /> : formatWatts(watts, words)}</strong>{' '}
      <span>{words.power}</span>
    </p>
  );
}

function RunningToday({ today, words }: { today: Today | undefined; words: Words }) {
  const runningS = today?.coverage ? today.runningS : null;
  return (
    <p class="figure">
      <strong class="amount">{runningS === null ? <Nothing words={words} /> : formatHours(runningS, words)}</strong>{' '}
      <span>{todayWords(today, words)}</span> {shareObserved(today, words)}
    </p>
  );
}

function todayWords(today: Today | undefined, words: Words): string {
  return today?.coverage === 0 ? words.nothingObserved : words.runningToday;
}

function shareObserved(today: Today | undefined, words: Words) {
  if (!today?.coverage || isWhole(today.coverage)) return null;
  return <span class="observed">{words.observed(formatShare(today.coverage, words))}</span>;
}

/** A number that is not known is no zero. */
function Nothing({ words }: { words: Words }) {
  return (
    <>
      <span aria-hidden="true">—</span>
      <span class="unseen">{words.notKnown}</span>
    </>
  );
}

function Session({
  session,
  zone,
  now,
  words,
}: {
  session: OpenSession | null;
  zone: string;
  now: number;
  words: Words;
}) {
  if (session === null) return <p>{sentence(words.noSession)}</p>;
  const audience = session.audience ?? 'unknown';
  return (
    <p class="session-open">
      <span>{sentence(words.sessionOpen(sinceWords(Date.parse(session.start), now, zone, words)))}</span>{' '}
      <span>{words.audience[audience] ?? audience}</span>
    </p>
  );
}

function kindWords(kind: string, words: Words): string {
  const known = KIND_WORDS[kind];
  return known === undefined ? kind : sentence(known[words.language]);
}

function connectorWords(online: boolean | null, words: Words): string {
  if (online === null) return words.noConnector;
  return online ? words.online : words.offline;
}
