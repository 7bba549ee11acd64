import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { SimulatedPlug } from './demo-lab.ts';
import type { Measured, Outgoing, SimulatedMessage } from './device.ts';
import { drawW, noiseOf } from './draw.ts';
import { doingAt, holds, type PlannedSession, type Span } from './plan.ts';
import { hashOf } from './random.ts';

/** What every simulated device is told. */
export interface Simulation {
  seed: number;
  zone: string;
  from: number;
  /** From here on somebody watches; before, only what carries its own time is sent. */
  liveAt: number;
}

/** A plug looks at its meter this often. */
const STEP_MS = 10 * SECOND_MS;
const OUTAGE_MS = 5 * MINUTE_MS;
const CHANGE_SHARE = 0.1;

/** Everything that one plug sends, in order and without end. `sessions` are those of its machine. */
export function* simulatePlug(
  plug: SimulatedPlug,
  sessions: Iterator<PlannedSession>,
  simulation: Simulation,
): Generator<SimulatedMessage> {
  const { seed, zone, from, liveAt } = simulation;
  const { id } = plug.connector;
  const dialect = plug.dialect(`b${hashOf(seed, id, from).toString(36)}`, zone);
  const outage = outagesOf(plug, simulation);
  const kept: Measured[] = [];
  let [wh, lastW, lastAt] = [hashOf(seed, id) % 300_000, Number.NaN, 0];
  let [isAway, isBorn] = [false, false];
  let session: PlannedSession | undefined;
  function* sent(at: number, messages: Outgoing[] = []): Generator<SimulatedMessage> {
    for (const message of messages) yield { at, connector: id, ...message };
  }
  for (let at = from + (hashOf(id) % STEP_MS); ; at += STEP_MS) {
    while (!session || session.end <= at) session = sessions.next().value as PlannedSession;
    const w = measuredW(plug, session, at, seed);
    wh += (w * STEP_MS) / HOUR_MS;
    const isDue = at - lastAt >= plug.everyMs || !(Math.abs(w - lastW) < Math.max(plug.deltaW, CHANGE_SHARE * lastW));
    const measured = { at, w, wh };
    if (isDue) [lastW, lastAt] = [w, at];
    const isLive = at >= liveAt;
    if (outage(at)) {
      if (isLive && !isAway) yield* sent(at, dialect.will());
      isAway = true;
      if (isDue) kept.push(measured);
      continue;
    }
    if (isLive && (isAway || !isBorn)) yield* sent(at, dialect.birth(at));
    isBorn ||= isLive;
    if (isAway && kept.length > 0) yield* sent(at, dialect.kept?.(kept.splice(0)));
    isAway = false;
    if (!isDue) continue;
    yield* sent(at, dialect.report(measured));
    if (isLive) yield* sent(at, dialect.aside?.(measured));
  }
}

/** An extraction runs on for two minutes after its laser. */
const RUN_ON_MS = 2 * MINUTE_MS;

function measuredW(plug: SimulatedPlug, session: PlannedSession, at: number, seed: number): number {
  const noise = noiseOf(seed, plug.connector.id, at);
  if (plug.kind !== 'extraction') {
    const { doing, ranMs } = doingAt(session, at);
    return drawW(plug.kind, doing, ranMs, noise);
  }
  const isOn = session.runs.some((run) => holds({ start: run.start, end: run.end + RUN_ON_MS }, at));
  return drawW('extraction', isOn ? 'running' : 'off', 0, noise);
}

/** When the plug is out of reach: once a day in the afternoon, never about `liveAt`, but soon after it. */
function outagesOf({ connector, dropsAfterMin }: SimulatedPlug, { seed, liveAt }: Simulation): (at: number) => boolean {
  if (dropsAfterMin === undefined) return () => false;
  const soonStart = liveAt + dropsAfterMin * MINUTE_MS;
  const soon: Span = { start: soonStart, end: soonStart + OUTAGE_MS };
  return (at) => {
    if (Math.abs(at - liveAt) < 2 * HOUR_MS) return holds(soon, at);
    const day = Math.floor(at / DAY_MS) * DAY_MS;
    const chance = hashOf(seed, connector.id, day);
    const start = day + 13 * HOUR_MS + (chance % 180) * MINUTE_MS;
    return holds({ start, end: start + (12 + (chance % 29)) * MINUTE_MS }, at);
  };
}
