import type { EventBody } from '../../domain/event.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../domain/time.ts';
import type { Outgoing } from '../../firmware-bridge/simulation/device.ts';
import { type Speech, speechOf } from './dialects.ts';
import { badgeOf, reportSOf } from './set-up.ts';
import type { Device, Doing, Story } from './story.ts';
import { StoryError } from './words.ts';

/** A packet that arrives, a login that comes or goes, or what a person says. `sentAt` is when it arrives (UTC ms). */
export interface Arrival {
  sentAt: number;
  login: string;
  /** What a person says of a machine; null: it comes from a device. */
  said: { machine: string; event: EventBody } | null;
  /** Null: the login came (`isHere`) or went. */
  packet: (Outgoing & { messageId: number }) | null;
  isHere: boolean;
  /** It tells its own time and may come later, in any order. */
  isTimed: boolean;
}

type Draw = Doing & { do: 'draw' };

const READ_AGAIN_MS = 2 * SECOND_MS;
const COUNTER_WH = 1000;
/** A time this far back is not believed. */
const BELIEVED_MS_MAX = 30 * DAY_MS;

/** Everything that the devices of a story send, in order of arrival. */
export function arrivalsOf(story: Story): Arrival[] {
  return new Devices(story).arrivals();
}

class Devices {
  readonly #story: Story;
  readonly #speech = new Map<string, Speech>();
  readonly #arrivals: Arrival[] = [];
  readonly #here = new Set<string>();
  readonly #ahead = new Map<string, number | null>();
  readonly #counters = new Map<string, { at: number; set: boolean; wh: number }[]>();
  readonly #draws = new Map<string, Draw[]>();
  #messageId = 0;

  constructor(story: Story) {
    this.#story = story;
  }

  arrivals(): Arrival[] {
    const steps = this.#story.doings.flatMap((doing) => this.#stepsOf(doing));
    steps.sort((a, b) => a.at - b.at);
    for (const { at, line, run } of steps) {
      try {
        run(at);
      } catch (error) {
        if (!(error instanceof StoryError)) throw error;
        throw new StoryError(`${this.#story.file}:${line}: ${error.message}`);
      }
    }
    return this.#arrivals.sort((a, b) => a.sentAt - b.sentAt);
  }

  /** What is done when, one step for each report. */
  #stepsOf(doing: Doing): { at: number; line: number; run(at: number): void }[] {
    const { at, line } = doing;
    const step = (run: (at: number) => void, when = at) => ({ at: when, line, run });
    switch (doing.do) {
      case 'badge':
        return Array.from({ length: doing.times }, (_, index) =>
          step((when) => this.#badge(doing, doing.action, when, doing.sentAt), at + index * READ_AGAIN_MS),
        );
      case 'denied':
        return [step((when) => this.#badge(doing, 'tap', when, null))];
      case 'draw':
        return this.#drawSteps(doing);
      case 'report':
        return this.#instants(this.#reporter(doing.subject, at), at, doing.until).map((when) =>
          step(() => this.#report(doing, when), when),
        );
      case 'offline':
      case 'online':
        return [step(() => this.#presence(this.#device(doing.connector, at), doing.do === 'online', at))];
      case 'switch':
        return [step(() => this.#send(this.#device(doing.plug, at), at, at, (to) => to.relay(doing.on, 0), false))];
      case 'counter':
        // Known before anything is sent: what is sent at the same instant shows it already.
        this.#change(doing);
        return [];
      case 'set back':
        return [step(() => this.#send(this.#device(doing.plug, at), at, at, (to) => to.setBack(doing.wh), false))];
      case 'again':
        return [step(() => this.#again(doing))];
      case 'declare': {
        const event = { kind: 'service', state: doing.state, at, receivedAt: at } as const;
        return [step(() => this.#say(doing.machine, event))];
      }
      case 'count': {
        const session = `${doing.machine}~${doing.begunAt.toString(36)}`;
        const change = { action: 'people', people: doing.people } as const;
        const said = { id: `line${line}`, session, change, author: 'somebody', reason: 'counted' };
        return [step(() => this.#say(doing.machine, { kind: 'correction', ...said, at, receivedAt: at }))];
      }
      case 'nonsense':
        return [step(() => this.#send(this.#device(doing.connector, at), at, at, (to) => to.nonsense, false))];
      case 'clock':
        return [step(() => this.#ahead.set(this.#device(doing.connector, at).id, doing.aheadMs))];
    }
  }

  #devicesAt(at: number): ReadonlyMap<string, Device> {
    return (
      (this.#story.settings.findLast((one) => (one.at ?? 0) <= at) ?? this.#story.settings[0])?.devices ?? new Map()
    );
  }

  #device(id: string, at: number): Device {
    const found = this.#devicesAt(at).get(id);
    if (!found) throw new StoryError(`${this.#story.file}: there is no "${id}"`);
    return found;
  }

  /** The device and channel that somebody speaks of: by the machine that it serves in a role, or by its own name. */
  #feed(subject: string, role: string, at: number): { device: Device; channel: number } {
    const [id = '', number] = subject.split('/');
    for (const device of this.#devicesAt(at).values()) {
      if (device.id === id) return { device, channel: Number(number ?? device.channels[0]?.channel ?? 0) };
    }
    for (const device of this.#devicesAt(at).values()) {
      const entry = device.channels.find((one) => one.machine === subject && one.role === role);
      if (entry) return { device, channel: entry.channel };
    }
    throw new StoryError(
      `${this.#story.file}: nothing tells ${role === 'main' ? 'what' : 'the'} ${role} of "${subject}"`,
    );
  }

  #reporter(subject: string, at: number): Device {
    return this.#feed(subject, 'state', at).device;
  }

  /** When a device reports from `at` to `until`: at once, then every period. */
  #instants(device: Device, at: number, until: number | null): number[] {
    const periodMs = reportSOf(device) * SECOND_MS;
    if (until === null || periodMs === 0) return [at];
    return Array.from({ length: Math.ceil((until - at) / periodMs) }, (_, index) => at + index * periodMs);
  }

  #drawSteps(doing: Draw) {
    const { at, line, until, sentAt } = doing;
    const { device, channel } = this.#feed(doing.subject, 'main', at);
    const key = `${device.id}/${channel}`;
    const earlier = this.#draws.get(key) ?? [];
    if (earlier.some((one) => one.at < (until ?? at + 1) && at < (one.until ?? one.at + 1))) {
      throw new StoryError(`${this.#story.file}:${line}: ${doing.subject} draws something else at that time already`);
    }
    this.#draws.set(key, [...earlier, doing]);
    const instants = doing.isSeen ? this.#instants(device, at, until) : [];
    const sample = (when: number) => ({
      clock: this.#clock(device, when),
      channel,
      w: doing.w,
      wh: device.hasCounter ? this.#counter(key, when) : null,
    });
    if (sentAt === null) {
      return instants.map((when) => ({
        at: when,
        line,
        run: () => this.#send(device, when, when, (to) => to.power([sample(when)]), true),
      }));
    }
    // What was kept is sent together, in the order in which it was measured.
    const run = () => this.#send(device, at, sentAt, (to) => to.power(instants.map(sample)), true);
    return [{ at: until ?? at, line, run }];
  }

  /** What the counter of a plug's channel shows: it counts whether or not anybody hears it. */
  #counter(key: string, at: number): number {
    const changes = (this.#counters.get(key) ?? []).filter((change) => change.at <= at);
    const start = changes.findLast((change) => change.set);
    const from = start?.at ?? Number.NEGATIVE_INFINITY;
    let wh = start?.wh ?? COUNTER_WH;
    for (const change of changes) if (!change.set && change.at >= from) wh += change.wh;
    for (const { at: begin, until, w } of this.#draws.get(key) ?? []) {
      const ms = Math.min(until ?? begin, at) - Math.max(begin, from);
      if (ms > 0) wh += (Math.max(w, 0) * ms) / HOUR_MS;
    }
    return wh;
  }

  #change({ plug, at, change, wh }: Doing & { do: 'counter' }): void {
    const { device, channel } = this.#feed(plug, 'main', at);
    const key = `${device.id}/${channel}`;
    const entry = { at, set: change === 'starts', wh: change === 'falls' ? -wh : wh };
    this.#counters.set(key, [...(this.#counters.get(key) ?? []), entry]);
  }

  #clock(device: Device, at: number): number {
    const ahead = this.#ahead.get(device.id);
    return ahead === null ? at % HOUR_MS : at + (ahead ?? 0);
  }

  #badge(doing: Doing & { do: 'badge' | 'denied' }, action: string, at: number, sentAt: number | null): void {
    const { device, channel } = this.#feed(doing.machine, 'badge', at);
    const denied = doing.do === 'denied';
    const read = { clock: this.#clock(device, at), uid: badgeOf(doing.name), action, channel, denied };
    this.#send(device, at, sentAt ?? at, (to) => to.badge(read), true);
  }

  #report({ subject, state }: Doing & { do: 'report' }, at: number): void {
    const { device, channel } = this.#feed(subject, 'state', at);
    this.#send(device, at, at, (to) => to.state({ clock: this.#clock(device, at), state, channel }), true);
  }

  #presence(device: Device, isHere: boolean, at: number): void {
    const login = device.behind ?? device.id;
    const speech = this.#speechOf(device);
    if (isHere) this.#here.add(device.id);
    else this.#here.delete(device.id);
    if (isHere && device.behind === null) this.#push(at, login, null, true, false);
    for (const message of isHere ? speech.birth : speech.will) this.#push(at, login, message, true, false);
    if (!isHere && device.behind === null) this.#push(at, login, null, false, false);
  }

  #send(device: Device, at: number, sentAt: number, say: (to: Speech) => Outgoing[], mayBeLate: boolean): void {
    const { behind } = device;
    if (behind !== null && !this.#here.has(behind)) this.#presence(this.#device(behind, at), true, at);
    if (!this.#here.has(device.id)) this.#presence(device, true, sentAt);
    const speech = this.#speechOf(device);
    const ahead = this.#ahead.get(device.id) ?? (this.#ahead.has(device.id) ? null : 0);
    const isTimed = mayBeLate && speech.isTimed && ahead === 0 && sentAt - at < BELIEVED_MS_MAX;
    for (const message of say(speech)) this.#push(sentAt, behind ?? device.id, message, true, isTimed);
  }

  #again({ connector, at, messages, retained }: Doing & { do: 'again' }): void {
    const { id, behind } = this.#device(connector, at);
    const login = behind ?? id;
    const sent = this.#arrivals.filter((one) => one.login === login && one.packet && one.isTimed);
    for (const { packet } of sent.slice(-messages)) {
      if (packet) this.#push(at, login, { ...packet, retain: retained }, true, !retained);
    }
  }

  #speechOf(device: Device): Speech {
    const known = this.#speech.get(device.id);
    if (known) return known;
    const made = speechOf(device, this.#story.zone);
    this.#speech.set(device.id, made);
    return made;
  }

  /** What people say tells its own time: it may come at any moment. */
  #say(machine: string, event: EventBody): void {
    const nobody = { login: '', packet: null, isHere: true };
    this.#arrivals.push({ ...nobody, sentAt: event.at, said: { machine, event }, isTimed: true });
  }

  #push(sentAt: number, login: string, message: Outgoing | null, isHere: boolean, isTimed: boolean): void {
    this.#messageId = (this.#messageId % 65_535) + 1;
    const packet = message && { ...message, messageId: message.qos === 0 ? 0 : this.#messageId };
    this.#arrivals.push({ sentAt, login, said: null, packet, isHere, isTimed });
  }
}
