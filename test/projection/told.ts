import { MINUTE_MS } from '../../domain/time.ts';
import type { RoutedEvent } from './house.ts';

/** 08:00 in Paris: minutes of these events count from here. */
export const BEGIN = Date.parse('2026-11-16T07:00:00Z');

/** What a connector of the test house says; `channel` null: of itself. */
export function on(connector: string, body: RoutedEvent['body'], channel: number | null = 0): RoutedEvent {
  return { route: { connector, channel, machine: channel === null && connector !== '' ? null : 'laser-1' }, body };
}

/** One reading of the main plug. */
export function power(minutes: number, w: number, wh?: number): RoutedEvent {
  const at = BEGIN + minutes * MINUTE_MS;
  return on('main', { kind: 'power', channel: 0, w, ...(wh === undefined ? {} : { wh }), at, receivedAt: at });
}

/** A reading every 20 s. */
export function steady(fromMinutes: number, toMinutes: number, w: number): RoutedEvent[] {
  const readings: RoutedEvent[] = [];
  for (let third = fromMinutes * 3; third < toMinutes * 3; third++) readings.push(power(third / 3, w));
  return readings;
}

/** One badge at the reader of the laser. */
export function badge(minutes: number, action: 'in' | 'out' | 'tap' = 'tap', member = 'ada'): RoutedEvent {
  const at = BEGIN + minutes * MINUTE_MS;
  return on('reader', { kind: 'badge', channel: 0, token: member, member, action, at, receivedAt: at });
}
