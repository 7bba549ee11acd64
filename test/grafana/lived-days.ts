/** Three days of a lab with three machines, as messages of their connectors: runs, a hole, sessions of two audiences. */
import { secretOf } from '../process/small-lab.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Readings of one message: a connector that was offline sends what it kept. */
const READINGS_PER_MESSAGE = 200;

/** A machine of the lab; the kind of machine `number`. */
export const LIVED_KINDS = ['laser-cutter', 'laser-cutter', 'printer-3d'];

/** One message to be published by its connector. */
export interface LivedMessage {
  connector: string;
  topic: string;
  payload: string;
}

/** The lab's registry. */
export function livedRegistry(): Record<string, unknown> {
  const connector = (id: string, reportS: number, channel: object) => ({
    id,
    lab: 'pasteur',
    firmware: 'fabmeter',
    device: id,
    secret: secretOf(id),
    reportS,
    channels: [{ channel: 0, ...channel }],
  });
  return {
    network: { id: 'labfab', name: 'LabFab' },
    labs: [
      {
        id: 'pasteur',
        name: 'Hôtel Pasteur',
        timezone: 'Europe/Paris',
        opening: 'Mo-Su 09:00-18:00',
        public: 'Mo-Su 14:00-18:00',
      },
    ],
    machines: LIVED_KINDS.map((kind, index) => ({
      id: `machine-${index + 1}`,
      lab: 'pasteur',
      kind,
      name: `Machine ${index + 1}`,
      signature: { standbyW: 20, runningW: 120 },
    })),
    connectors: LIVED_KINDS.flatMap((_kind, index) => [
      connector(`plug-${index + 1}`, 60, { machine: `machine-${index + 1}`, role: 'main' }),
      connector(`reader-${index + 1}`, 60, { machine: `machine-${index + 1}`, role: 'badge' }),
    ]),
    members: [
      { id: 'm-1', audience: 'public', badges: ['04A2B3C4D5E601'] },
      { id: 'm-2', audience: 'student', badges: ['04A2B3C4D5E602'] },
    ],
    audiences: ['public', 'student'],
  };
}

function readingsOf(number: number, from: number, to: number): { t: number; w: number; wh: number }[] {
  const readings = [];
  let wh = 1000;
  for (let at = from; at < to; at += MINUTE) {
    const minute = Math.floor(at / MINUTE);
    const isRunning = (minute * (number + 1)) % 90 < 40;
    const w = isRunning ? 300 + (minute % 9) : minute % 240 < 120 ? 40 : 3;
    wh += w / 60;
    // Nothing is heard for three hours of each day, half of them in opening hours.
    const isHole = number === 2 && (at / HOUR) % 24 >= 14.5 && (at / HOUR) % 24 < 17.5;
    if (!isHole) readings.push({ t: at, w, wh: Math.round(wh * 1000) / 1000 });
  }
  return readings;
}

/** Everything that happened from `from` to `to`, whole hours in UTC ms; each connector's messages in order. */
export function livedMessages(from: number, to: number): LivedMessage[] {
  const messages: LivedMessage[] = [];
  for (const [index] of LIVED_KINDS.entries()) {
    const number = index + 1;
    const readings = readingsOf(number, from, to);
    for (let at = 0; at < readings.length; at += READINGS_PER_MESSAGE) {
      const payload = JSON.stringify(readings.slice(at, at + READINGS_PER_MESSAGE));
      messages.push({ connector: `plug-${number}`, topic: `fabmeter/1/plug-${number}/power`, payload });
    }
    for (let day = from; day < to; day += 24 * HOUR) {
      const begin = day + (9 + number) * HOUR + 7 * MINUTE;
      const uid = `04A2B3C4D5E60${(number % 2) + 1}`;
      for (const [action, t] of [
        ['in', begin],
        ['out', begin + 50 * MINUTE],
      ] as const)
        messages.push({
          connector: `reader-${number}`,
          topic: `fabmeter/1/reader-${number}/badge`,
          payload: JSON.stringify({ t, uid, action }),
        });
    }
  }
  return messages;
}
