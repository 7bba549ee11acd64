import type { Activity, Service, Session } from '../../domain/layers.ts';
import type { ClassRead, MachineInput, MachineRules } from '../../domain/machine-input.ts';

/**
 * The usage model once more, second by second and as plain as can be: it is compared with the fold, so that it must
 * share no code with it. All instants and delays are whole seconds; the machine begins at 0; nothing is known at or
 * after `seconds`.
 */
export function naiveMachine(inputs: MachineInput[], rules: MachineRules, seconds: number): NaiveResult {
  // One second more: whether silence begins at the very end decides what a dip before it was.
  const watts = powerBySecond(inputs, seconds + 1);
  const power = activityFromPower(watts, rules, seconds);
  const reported = reportedBySecond(inputs, seconds);
  const service = serviceBySecond(inputs, seconds);
  const activity = power.map((fromPower, second) => reported[second] ?? fromPower);
  const sessions = naiveSessions(inputs, rules, activity, service, seconds);
  return { activity, service, sessions };
}

/** What the naive model says of each second, and its sessions. */
export interface NaiveResult {
  activity: Activity[];
  service: Service[];
  sessions: Omit<Session, 'id' | 'machine' | 'energyWh'>[];
}

type Of<K extends MachineInput['kind']> = MachineInput & { kind: K };

function of<K extends MachineInput['kind']>(inputs: MachineInput[], kind: K): Of<K>[] {
  return inputs.filter((input): input is Of<K> => input.kind === kind);
}

function powerBySecond(inputs: MachineInput[], seconds: number): (number | null)[] {
  const total: (number | null)[] = new Array(seconds).fill(null);
  const heardAt: number[] = new Array(seconds).fill(-1);
  const main = of(inputs, 'reading').filter(({ main }) => main);
  for (const series of new Set(main.map((reading) => reading.series))) {
    const readings = main.filter((reading) => reading.series === series && reading.w !== null);
    const offline = of(inputs, 'online').filter((input) => !input.online && input.series.includes(series));
    const bySecond: (number | null)[] = new Array(seconds).fill(null);
    for (const at of new Set(readings.map((reading) => reading.at))) {
      const same = readings.filter((reading) => reading.at === at);
      const w = Math.max(...same.map((reading) => reading.w ?? 0));
      const holdMs = same.some((reading) => reading.holdMs === null)
        ? null
        : Math.max(...same.map((reading) => reading.holdMs ?? 0));
      let end = seconds * 1000;
      if (holdMs !== null) end = Math.min(end, at + holdMs);
      for (const later of readings) if (later.at > at) end = Math.min(end, later.at);
      if (holdMs === null) for (const gone of offline) if (gone.at > at) end = Math.min(end, gone.at);
      for (let second = at / 1000; second < end / 1000; second++) bySecond[second] = w;
    }
    // The main channel that was heard last counts, of two at once the one that draws more.
    let last = -1;
    const heard = new Set(readings.map(({ at }) => at / 1000));
    for (let second = 0; second < seconds; second++) {
      if (heard.has(second)) last = second;
      const w = bySecond[second] ?? null;
      const before = heardAt[second] ?? -1;
      if (last < before || last === -1) continue;
      if (last > before) total[second] = w;
      else if (w !== null) total[second] = Math.max(total[second] ?? w, w);
      heardAt[second] = last;
    }
  }
  return total;
}

function activityFromPower(watts: (number | null)[], rules: MachineRules, seconds: number): Activity[] {
  const { signature } = rules;
  if (!signature) return new Array(seconds).fill('unknown');
  const activity = watts.slice(0, seconds).map((w): Activity => {
    if (w === null) return 'unknown';
    return w >= signature.standbyW ? 'standby' : 'off';
  });
  const isHigh = (second: number) => (watts[second] ?? -1) >= signature.stopW;
  const isHole = (second: number) => watts[second] === null;
  const next = (from: number, test: (second: number) => boolean) => {
    let second = from;
    while (second < seconds && !test(second)) second++;
    return second;
  };

  /** The end of a run that is under way at `from`. */
  const endOfRun = (from: number): number => {
    let at = from;
    for (;;) {
      const low = next(at, (second) => !isHigh(second));
      if (low === seconds) return seconds;
      if (isHole(low)) {
        const heard = next(low, (second) => !isHole(second));
        const isBridged = heard < seconds && heard - low <= signature.bridgeMs / 1000 && isHigh(heard);
        if (!isBridged) return low;
        at = heard;
        continue;
      }
      const over = next(low, (second) => isHole(second) || isHigh(second));
      if (over - low >= signature.stopAfterMs / 1000) return low;
      if (isHole(over)) return low;
      if (over === seconds) return seconds;
      at = over;
    }
  };

  for (let second = 0; second < seconds; ) {
    const isStart = (watts[second] ?? -1) >= signature.runningW;
    const isRun = isStart && next(second, (one) => !isHigh(one)) - second >= signature.runAfterMs / 1000;
    if (isRun) {
      const end = endOfRun(second);
      activity.fill('running', second, end);
      second = end;
    } else second++;
  }
  return activity;
}

function reportedBySecond(inputs: MachineInput[], seconds: number): (Activity | null)[] {
  const bySecond: (Activity | null)[] = new Array(seconds).fill(null);
  const order = ['off', 'idle', 'starting', 'paused', 'finished', 'cancelled', 'failed', 'running', 'fault'];
  const reports = of(inputs, 'state').sort((a, b) => {
    const holds = (a.holdMs ?? Number.POSITIVE_INFINITY) - (b.holdMs ?? Number.POSITIVE_INFINITY);
    return a.at - b.at || order.indexOf(a.state) - order.indexOf(b.state) || holds;
  });
  const gone = of(inputs, 'online').filter((input) => !input.online && input.main);
  for (const [index, { at, state, holdMs }] of reports.entries()) {
    let end = Math.min(seconds * 1000, reports[index + 1]?.at ?? Number.POSITIVE_INFINITY);
    if (holdMs !== null) end = Math.min(end, at + holdMs);
    else for (const offline of gone) if (offline.at > at) end = Math.min(end, offline.at);
    const activity = state === 'running' || state === 'off' ? state : 'standby';
    for (let second = at / 1000; second < end / 1000; second++) bySecond[second] = activity;
  }
  return bySecond;
}

function serviceBySecond(inputs: MachineInput[], seconds: number): Service[] {
  const graver = ['up', 'maintenance', 'fault', 'absent'];
  const declarations = of(inputs, 'service').sort((a, b) => graver.indexOf(a.state) - graver.indexOf(b.state));
  const states = of(inputs, 'state');
  const bySecond: Service[] = [];
  let declared: Service = 'up';
  let isMachineFault = false;
  const reportsAt = Map.groupBy(states, ({ at }) => at / 1000);
  for (let second = 0; second < seconds; second++) {
    for (const { at, state } of declarations) {
      if (at !== second * 1000) continue;
      declared = state;
      if (state === 'up') isMachineFault = false;
    }
    const reports = reportsAt.get(second) ?? [];
    if (reports.length > 0) isMachineFault = reports.some(({ state }) => state === 'fault');
    bySecond.push(declared === 'up' && isMachineFault ? 'fault' : declared);
  }
  return bySecond;
}

interface Held {
  start: number;
  startCause: Session['startCause'];
  member: string;
  token: string;
  audience: string;
  people: number | null;
}

const CLASS_REPEAT_MS = 5000;
const CLASS_MS_MAX = 12 * 3_600_000;

function naiveSessions(
  inputs: MachineInput[],
  rules: MachineRules,
  activity: Activity[],
  service: Service[],
  seconds: number,
): NaiveResult['sessions'] {
  const sessions: NaiveResult['sessions'] = [];
  const actions = ['out', 'in', 'tap'];
  const badges = of(inputs, 'badge').sort(
    (a, b) =>
      a.at - b.at ||
      actions.indexOf(a.action) - actions.indexOf(b.action) ||
      (a.reader < b.reader ? -1 : a.reader > b.reader ? 1 : 0) ||
      (a.token < b.token ? -1 : a.token > b.token ? 1 : 0) ||
      (a.member ?? '').localeCompare(b.member ?? '') ||
      (a.class?.people ?? 0) - (b.class?.people ?? 0),
  );
  const lastRead = new Map<string, number>();
  let held: Held | null = null;
  /** Classes by the token of their badge: who, and until when at the latest. */
  const classes = new Map<string, { member: string; until: number }>();
  let heldUntil = 0;
  let previousEnd = 0;
  /** The timer of the open session, and the end of the last run inside it. */
  let idleMs = 0;
  let ranUntil: number | null = null;

  const count = (from: number, to: number, wanted: Activity) => {
    let ms = 0;
    for (let second = from / 1000; second < to / 1000; second++) if (activity[second] === wanted) ms += 1000;
    return ms;
  };
  const close = (end: number | null, endCause: Session['endCause'], confidence: Session['confidence']) => {
    if (!held) return;
    const to = end ?? seconds * 1000;
    const { token: _, ...session } = held;
    if (to > held.start) {
      sessions.push({
        ...session,
        end,
        endCause,
        confidence,
        runningMs: count(held.start, to, 'running'),
        standbyMs: count(held.start, to, 'standby'),
        unknownMs: count(held.start, to, 'unknown'),
      });
    }
    previousEnd = to;
    held = null;
  };
  const hasLongHole = (from: number, to: number): boolean => {
    let length = 0;
    for (let second = from / 1000; second < to / 1000; second++) {
      length = activity[second] === 'unknown' ? length + 1000 : 0;
      if (length > (rules.signature?.bridgeMs ?? 600_000)) return true;
    }
    return false;
  };
  const endByRule = (at: number) => {
    if (!held) return;
    const { start, people } = held;
    if (!rules.hasActivity) {
      if (at >= heldUntil) close(at, 'presumed', 'doubtful');
      return;
    }
    if (people === null && idleMs >= rules.session.idleTimeoutMs) {
      if (ranUntil === null) close(at, 'idle', 'doubtful');
      else close(ranUntil, 'idle', 'inferred');
    } else if (at >= heldUntil) {
      if (ranUntil === at) close(at, 'max', 'doubtful');
      else close(ranUntil ?? at, hasLongHole(ranUntil ?? start, at) ? 'censored' : 'max', 'doubtful');
    }
  };
  const open = ({ at, token, audience }: Of<'badge'>, member: string, isFree: boolean) => {
    let start = at;
    let startCause: Session['startCause'] = 'badge';
    if (isFree && rules.hasActivity && activity[at / 1000] === 'running') {
      let runStart = at;
      while (runStart > 0 && activity[runStart / 1000 - 1] === 'running') runStart -= 1000;
      if (at - runStart <= rules.session.graceMs) {
        start = Math.max(runStart, previousEnd);
        startCause = 'run';
      }
    }
    held = { start, startCause, member, token, audience: audience ?? 'unknown', people: null };
    heldUntil = start + rules.session.maxMs;
    if (!rules.hasActivity) heldUntil = Math.min(heldUntil, rules.nextClosing(start) ?? heldUntil);
    idleMs = 0;
    ranUntil = start < at ? at : null;
  };
  const readClass = (badge: Of<'badge'>, member: string, said: ClassRead, isDown: boolean) => {
    const { at, token, audience, action } = badge;
    for (const [other, { until }] of classes) if (until <= at) classes.delete(other);
    const isOf = (one: { member: string }, its: string) => its === token || one.member === member;
    const [known] = [...classes].find(([its, one]) => isOf(one, its)) ?? [];
    if (known !== undefined && action !== 'in') {
      classes.delete(known);
      if (held && held.people !== null && isOf(held, held.token)) close(at, 'badge-out', 'certain');
    }
    if (known !== undefined || action === 'out') return;
    const until = Math.min(at + CLASS_MS_MAX, rules.nextClosing(at) ?? Number.POSITIVE_INFINITY);
    classes.set(token, { member, until });
    if (!said.takes || isDown) return;
    close(at, 'handover', 'certain');
    held = { start: at, startCause: 'badge', member, token, audience: audience ?? 'unknown', people: said.people };
    heldUntil = until;
    idleMs = 0;
    ranUntil = null;
  };
  const read = (badge: Of<'badge'>) => {
    const key = `${badge.reader} ${badge.token}`;
    const before = lastRead.get(key);
    lastRead.set(key, badge.at);
    if (before !== undefined && badge.at - before <= (badge.class ? CLASS_REPEAT_MS : rules.session.repeatMs)) return;
    const now = service[badge.at / 1000];
    if (badge.class && badge.member !== null) {
      readClass(badge, badge.member, badge.class, now === 'fault' || now === 'absent');
      return;
    }
    if (badge.member === null || now === 'fault' || now === 'absent') return;
    if (!held) {
      if (badge.action !== 'out') open(badge, badge.member, true);
    } else if (held.member === badge.member || held.token === badge.token) {
      if (badge.action !== 'in') close(badge.at, 'badge-out', 'certain');
    } else if (badge.action !== 'out') {
      close(badge.at, 'handover', 'certain');
      open(badge, badge.member, false);
    }
  };

  for (let second = 0; second < seconds; second++) {
    const at = second * 1000;
    endByRule(at);
    const now = service[second];
    if (now !== service[second - 1] && (now === 'fault' || now === 'absent')) close(at, 'service', 'certain');
    while (badges[0]?.at === at) read(badges.shift() as Of<'badge'>);
    if (activity[second] === 'running') {
      idleMs = 0;
      ranUntil = at + 1000;
    } else if (activity[second] !== 'unknown') idleMs += 1000;
  }
  endByRule(seconds * 1000);
  close(null, 'open', 'certain');
  return sessions;
}
