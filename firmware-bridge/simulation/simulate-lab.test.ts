import { describe, expect, it } from 'vitest';
import type { BridgeEvent } from '../../domain/event.ts';
import { type Connector, Registry } from '../../domain/registry.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import { translatorOf } from '../translators.ts';
import { demoRegistry, MACHINES, MEMBERS } from './demo-lab.ts';
import { type SimulationOptions, simulateLab } from './simulate-lab.ts';

const MONDAY = Date.parse('2026-03-02T00:00:00Z');
const registry = Registry.parse(demoRegistry());
const connectors = new Map(registry.connectors.map((connector) => [connector.id, connector]));

interface Happened {
  at: number;
  connector: Connector;
  event: BridgeEvent;
}

function simulated(options: Partial<SimulationOptions>): ReturnType<typeof simulateLab> {
  return simulateLab({ seed: 7, zone: 'Europe/Paris', from: MONDAY, to: MONDAY + 3 * DAY_MS, ...options });
}

function happeningsOf(options: Partial<SimulationOptions>): Happened[] {
  const happened: Happened[] = [];
  for (const message of simulated(options)) {
    const connector = connectors.get(message.connector) as Connector;
    const translator = translatorOf(connector.firmware);
    const payload = Buffer.from(message.payload);
    const translation = translator.translate({ topic: message.topic, payload, retain: message.retain });
    if (translation.outcome !== 'events' || !translator.mayPublish(connector.device, message.topic)) {
      throw new Error(`Not understood, or not allowed: ${JSON.stringify(message)}`);
    }
    for (const event of translation.events) happened.push({ at: message.at, connector, event });
  }
  return happened;
}

describe('demoRegistry()', () => {
  it('names no connector, device or badge twice, and uses every machine', () => {
    const badges = registry.members.flatMap((member) => member.badges ?? []);
    for (const list of [
      registry.connectors.map(({ id }) => id),
      registry.connectors.map(({ device }) => device),
      badges,
    ]) {
      expect(new Set(list).size).toBe(list.length);
    }
    const used = new Set(registry.connectors.flatMap(({ channels }) => channels.map(({ machine }) => machine)));
    expect(used).toEqual(new Set(MACHINES.map(({ id }) => id)));
  });
});

describe('simulateLab()', () => {
  it('sends the past with times of its own, and only readings and badges', () => {
    const happened = happeningsOf({ to: MONDAY + 2 * DAY_MS });
    expect(happened.length).toBeGreaterThan(5000);
    const far = happened.filter(({ at, event }) => !(Math.abs((event.at ?? Number.NaN) - at) < 45 * MINUTE_MS));
    expect(far).toEqual([]);
  });

  it('is in order of time, the same for the same seed, and goes on where it ended', () => {
    const liveAt = MONDAY + DAY_MS;
    const short = [...simulated({ liveAt, to: liveAt + HOUR_MS })];
    const long = [...simulated({ liveAt, to: liveAt + 3 * HOUR_MS })];
    expect(long.slice(0, short.length)).toEqual(short);
    expect(long.length).toBeGreaterThan(short.length);
    expect(long.map(({ at }) => at)).toEqual(long.map(({ at }) => at).sort((a, b) => a - b));
    expect([...simulated({ seed: 8, liveAt, to: liveAt + HOUR_MS })]).not.toEqual(short);
  });

  it('counts energy up, never down', () => {
    const last = new Map<string, number>();
    for (const { connector, event } of happeningsOf({})) {
      if (event.kind !== 'power' || event.wh === undefined) continue;
      if (event.wh < (last.get(connector.id) ?? 0)) throw new Error(`${connector.id} counts down`);
      last.set(connector.id, event.wh);
    }
    expect(last.size).toBe(8);
  });

  it('opens and closes sessions with enrolled badges, and some members forget to badge out', () => {
    const enrolled = new Set(registry.members.flatMap((member) => member.badges ?? []));
    const badges = happeningsOf({ to: MONDAY + 6 * DAY_MS }).filter(({ event }) => event.kind === 'badge');
    const actions: Record<string, number> = {};
    for (const { event } of badges) {
      if (event.kind !== 'badge') continue;
      expect(enrolled.has(event.uid)).toBe(true);
      actions[event.action] = (actions[event.action] ?? 0) + 1;
    }
    expect(new Set(badges.map(({ connector }) => connector.id)).size).toBe(5);
    expect(actions.in).toBeGreaterThan(actions.out as number);
    expect(actions.out).toBeGreaterThan(0);
  });

  it.each(Array.from({ length: 24 }, (_, index) => index * 7))(
    'shows machines at work when it is started %i hours after a Monday began',
    (hours) => {
      const liveAt = MONDAY + hours * HOUR_MS;
      const happened = happeningsOf({ liveAt, from: liveAt - 2 * HOUR_MS, to: liveAt + 30_000 });
      const running = new Set<string>();
      for (const { connector, event } of happened) {
        const [channel] = connector.channels;
        const signature = registry.machines.find(({ id }) => id === channel?.machine)?.signature;
        if (event.kind !== 'power' || channel?.role !== 'main' || !signature) continue;
        if (event.w >= signature.runningW) running.add(channel.machine);
        else if (event.w < signature.standbyW) running.delete(channel.machine);
      }
      expect(running.size).toBeGreaterThanOrEqual(3);
      const births = happened.filter(({ at, event }) => event.kind === 'online' && at >= liveAt);
      expect(births.length).toBeGreaterThanOrEqual(8);
    },
  );

  it('has a plug that drops off the Wi-Fi, and a connector that sends afterwards what it kept', () => {
    const liveAt = MONDAY + 10 * HOUR_MS;
    const messages = [...simulated({ liveAt, from: liveAt, to: liveAt + 30 * MINUTE_MS })];
    const plug = messages.filter(({ connector }) => connector === 'prise-imprimante-2');
    expect(plug.filter(({ topic }) => topic.endsWith('/online')).map(({ payload }) => payload)).toEqual([
      'true',
      'false',
      'true',
    ]);
    const kept = messages.filter(
      ({ connector, payload }) => connector === 'mesure-imprimante-3' && payload.startsWith('['),
    );
    expect(kept).toHaveLength(1);
  });

  it('has members of every audience', () => {
    expect(new Set(MEMBERS.map(({ audience }) => audience))).toEqual(new Set(registry.audiences));
  });
});
