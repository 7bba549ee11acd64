import { CONDITIONS, type Condition } from './condition.ts';
import type { Lab } from './contract.ts';
import type { Connection } from './floor-state.ts';
import { Glyph } from './glyph.tsx';
import { sinceWords } from './time-words.ts';
import type { Words } from './words.ts';

/** These are counted even when there is none, so that the line keeps its order. */
const ALWAYS: readonly Condition[] = ['running', 'standby', 'off', 'unknown'];

/** What the head of the floor is made from. */
export interface HeaderProps {
  network: string;
  labs: readonly Lab[];
  /** The lab shown, null for all. */
  lab: string | null;
  /** Null until the machines are known. */
  counts: Record<Condition, number> | null;
  connection: Connection;
  zone: string;
  now: number;
  words: Words;
  onLab(lab: string | null): void;
}

/** Which lab, how many machines do what, and whether the page is live. */
export function Header(props: HeaderProps) {
  const { network, labs, lab, counts, words } = props;
  const only = labs.length === 1 ? labs[0] : labs.find((one) => one.id === lab);
  const title = only?.name ?? network;
  return (
    <header class="head">
      <div class="head-names">
        <p class="network">{title === network ? '' : network}</p>
        <h1>{title || 'Fabmeter'}</h1>
      </div>
      {labs.length > 1 && <LabChooser labs={labs} lab={lab} words={words} onLab={props.onLab} />}
      <Counts counts={counts} words={words} />
      <ConnectionLine connection={props.connection} zone={props.zone} now={props.now} words={words} />
    </header>
  );
}

interface LabChooserProps {
  labs: readonly Lab[];
  lab: string | null;
  words: Words;
  onLab(lab: string | null): void;
}

function LabChooser({ labs, lab, words, onLab }: LabChooserProps) {
  return (
    <label class="chooser">
      <span>{words.lab}</span>
      <select value={lab ?? ''} onChange={(event) => onLab(event.currentTarget.value || null)}>
        <option value="">{words.allLabs}</option>
        {labs.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Counts({ counts, words }: { counts: Record<Condition, number> | null; words: Words }) {
  const shown = CONDITIONS.filter((condition) => ALWAYS.includes(condition) || (counts?.[condition] ?? 0) > 0);
  return (
    <ul class="counts" aria-label={words.counts}>
      {shown.map((condition) => {
        const count = counts?.[condition] ?? null;
        return (
          <li key={condition} data-count={condition}>
            <Glyph condition={condition} />
            <strong>{count ?? '–'}</strong> {words.counted[condition][(count ?? 0) > 1 ? 1 : 0]}
          </li>
        );
      })}
    </ul>
  );
}

interface ConnectionProps {
  connection: Connection;
  zone: string;
  now: number;
  words: Words;
}

function ConnectionLine({ connection, zone, now, words }: ConnectionProps) {
  return (
    <p class={`connection connection-${connection.kind}`} role="status">
      <svg class="connection-mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        {connection.kind === 'lost' ? <path d="M3 3 13 13M13 3 3 13" /> : <circle cx="8" cy="8" r="5" />}
      </svg>
      <span>{connectionWords(connection, zone, now, words)}</span>
    </p>
  );
}

function connectionWords(connection: Connection, zone: string, now: number, words: Words): string {
  if (connection.kind === 'live') return words.live;
  if (connection.kind === 'connecting') return words.connecting;
  return words.lost(sinceWords(connection.since, now, zone, words));
}
