import { countConditions } from './condition.ts';
import type { Lab, Machine } from './contract.ts';
import { EmptyFloor } from './empty-floor.tsx';
import type { FloorState } from './floor-state.ts';
import { Header } from './header.tsx';
import { MachineCard } from './machine-card.tsx';
import { sinceWords } from './time-words.ts';
import { sentence, type Words } from './words.ts';

/** Places for cards while the first list is on its way. */
const FRAMES = 6;

/** What the floor is made from. */
export interface FloorViewProps {
  state: FloorState;
  now: number;
  words: Words;
  /** The browser's zone, for what belongs to no lab. */
  browserZone: string;
  onLab(lab: string | null): void;
}

/** The floor of a lab, or of all labs of a network. */
export function FloorView({ state, now, words, browserZone, onLab }: FloorViewProps) {
  const { machines, labs, lab, connection } = state;
  const zone = (labs.find((one) => one.id === lab) ?? labs[0])?.timezone ?? browserZone;
  const counts = machines === null ? null : countConditions(machines, now);
  return (
    <>
      <Header {...{ network: state.network, labs, lab, counts, connection, zone, now, words, onLab }} />
      <main id="content" tabIndex={-1} aria-busy={machines === null}>
        <Groups state={state} zone={zone} now={now} words={words} />
      </main>
      <Notice state={state} zone={zone} now={now} words={words} />
      <Announcer state={state} words={words} />
    </>
  );
}

/** What is wrong with what is shown; it lies over the page, so that no card moves. */
function Notice({ state, zone, now, words }: GroupsProps) {
  const text = state.trouble ?? staleWords(state, zone, now, words);
  return <div role="status">{text === null ? null : <p class="notice">{text}</p>}</div>;
}

function staleWords({ connection, machines }: FloorState, zone: string, now: number, words: Words): string | null {
  if (connection.kind !== 'lost') return null;
  return machines === null ? words.unreachable : words.stale(sinceWords(connection.since, now, zone, words));
}

interface GroupsProps {
  state: FloorState;
  zone: string;
  now: number;
  words: Words;
}

function Groups({ state, zone, now, words }: GroupsProps) {
  const { machines, labs, lab } = state;
  if (machines === null) return <Frames words={words} />;
  if (machines.length === 0) return <EmptyFloor isWholeNetwork={lab === null || labs.length < 2} words={words} />;
  if (labs.length < 2 || lab !== null)
    return <Cards machines={machines} heading="h2" {...{ state, zone, now, words }} />;
  return (
    <>
      {groupByLab(machines, labs).map((group) => (
        <section key={group.id} class="lab" aria-labelledby={`lab-${group.id}`}>
          <h2 id={`lab-${group.id}`}>{group.name}</h2>
          <Cards machines={group.machines} heading="h3" zone={group.zone ?? zone} {...{ state, now, words }} />
        </section>
      ))}
    </>
  );
}

interface Group {
  id: string;
  name: string;
  zone: string | undefined;
  machines: Machine[];
}

function groupByLab(machines: readonly Machine[], labs: readonly Lab[]): Group[] {
  const groups = new Map<string, Group>(
    labs.map((one) => [one.id, { id: one.id, name: one.name, zone: one.timezone, machines: [] }]),
  );
  for (const machine of machines) {
    const group = groups.get(machine.lab) ?? { id: machine.lab, name: machine.lab, zone: undefined, machines: [] };
    group.machines.push(machine);
    groups.set(machine.lab, group);
  }
  return [...groups.values()].filter((group) => group.machines.length > 0);
}

interface CardsProps extends GroupsProps {
  machines: readonly Machine[];
  heading: 'h2' | 'h3';
}

function Cards({ machines, heading, state, zone, now, words }: CardsProps) {
  return (
    <ul class="cards" aria-label={words.machines}>
      {machines.map((machine) => (
        <li key={machine.id}>
          <MachineCard
            {...{ machine, zone, now, words, heading }}
            today={state.today.get(machine.id)}
            isFresh={state.changes.some((change) => change.machine === machine.id)}
          />
        </li>
      ))}
    </ul>
  );
}

function Frames({ words }: { words: Words }) {
  return (
    <>
      <p class="unseen">{words.loading}</p>
      <ul class="cards" aria-hidden="true">
        {Array.from({ length: FRAMES }, (_, index) => (
          <li key={index}>
            <div class="card card-frame" />
          </li>
        ))}
      </ul>
    </>
  );
}

function Announcer({ state, words }: { state: FloorState; words: Words }) {
  return (
    <div class="unseen" aria-live="polite" data-announcer>
      {state.changes.map((change) => (
        <p key={change.key}>{sentence(`${change.name}${words.colon} ${words.state[change.condition]}`)}</p>
      ))}
    </div>
  );
}
