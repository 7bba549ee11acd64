import { MEMBERS, type SimulatedReader } from './demo-lab.ts';
import type { Outgoing, Seen, SimulatedMessage } from './device.ts';
import { mergeByTime } from './merge.ts';
import type { PlannedSession } from './plan.ts';
import { hashOf } from './random.ts';
import type { Simulation } from './simulate-plug.ts';

/** Everything that one badge reader sends, in order and without end. `sessions` are those of its machines. */
export function* simulateReader(
  reader: SimulatedReader,
  sessions: Iterable<PlannedSession>[],
  { seed, zone, from, liveAt }: Simulation,
): Generator<SimulatedMessage> {
  const { id } = reader.connector;
  const dialect = reader.dialect(`b${hashOf(seed, id, from).toString(36)}`, zone);
  const badges = sessions.map((planned, channel) => badgesOf(planned, channel));
  const birth = once(liveAt, () => dialect.birth(liveAt));
  const alive = dialect.alive ? regularly(from, dialect.aliveMs ?? 0, dialect.alive) : [];
  const seen = sent(mergeByTime(badges), (badge) => dialect.badge(badge));
  for (const { at, messages } of mergeByTime<Sent>([birth, alive, seen])) {
    if (at < from) continue;
    for (const message of messages) yield { at, connector: id, ...message };
  }
}

interface Sent {
  at: number;
  messages: Outgoing[];
}

function* badgesOf(sessions: Iterable<PlannedSession>, channel: number): Generator<Seen> {
  for (const { start, end, member, forgets } of sessions) {
    const uid = member === null ? undefined : MEMBERS[member]?.uid;
    if (uid === undefined) continue;
    yield { at: Math.floor(start), uid, action: 'in', channel };
    if (!forgets) yield { at: Math.floor(end), uid, action: 'out', channel };
  }
}

function* once(at: number, messages: () => Outgoing[]): Generator<Sent> {
  yield { at, messages: messages() };
}

function* regularly(from: number, everyMs: number, messages: (at: number) => Outgoing[]): Generator<Sent> {
  for (let at = from; ; at += everyMs) yield { at, messages: messages(at) };
}

function* sent(badges: Iterable<Seen>, messages: (badge: Seen) => Outgoing[]): Generator<Sent> {
  for (const badge of badges) yield { at: badge.at, messages: messages(badge) };
}
