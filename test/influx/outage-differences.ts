/** InfluxDB against the house's own API, point by point. */
import type { BenchHouse } from '../bench/bench-house.ts';
import { type Influxd, until } from './influxd.ts';

/** Points of power, and how many of them are wrong: of the journal and not in InfluxDB, or the other way round. */
export interface Differences {
  power: number;
  powerMissing: number;
  powerStrange: number;
  /** Points of activity, and how many say another state than the API at their instant. */
  activity: number;
  activityWrong: number;
  /** Beginnings of activity that have no point. */
  activityMissing: number;
}

interface Interval {
  start: string;
  end: string;
  activity: string;
}

/** Waits until nothing differs any more, or `msMax` has passed; tells what differs then. */
export async function countDifferences(house: BenchHouse, influxd: Influxd, msMax: number): Promise<Differences> {
  const power = await powerDifferences(house, influxd);
  let activity = { activity: 0, activityWrong: 0, activityMissing: 0 };
  await until(
    'activity is in InfluxDB as in the API',
    async () => {
      activity = await activityDifferences(house, influxd);
      return activity.activityWrong + activity.activityMissing === 0;
    },
    msMax,
  ).catch(() => undefined);
  return { ...power, ...activity };
}

async function powerDifferences(house: BenchHouse, influxd: Influxd) {
  const stored = await storedReadings(house);
  let [power, powerMissing, powerStrange] = [0, 0, 0];
  for (const [connector, readings] of stored) {
    const points = await influxd.query(`SELECT w FROM power WHERE connector = '${connector}'`);
    const there = new Map(points.map(({ time, w }) => [Number(time), Number(w)]));
    power += points.length;
    powerMissing += [...readings.keys()].filter((at) => !there.has(at)).length;
    powerStrange += points.filter(({ time, w }) => !readings.get(Number(time))?.includes(Number(w))).length;
    powerStrange += points.length - there.size;
  }
  return { power, powerMissing, powerStrange };
}

/** What the house says that it stored: per connector the watts of each instant. */
async function storedReadings(house: BenchHouse): Promise<Map<string, Map<number, number[]>>> {
  const stored = new Map<string, Map<number, number[]>>();
  const answer = await house.get('/api/v1/events');
  let rest = '';
  for await (const text of (answer.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(
    new TextDecoderStream(),
  )) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { connector, kind, at, w } = JSON.parse(line) as { connector: string; kind: string; at: string; w: number };
      if (kind !== 'power') continue;
      const readings = stored.get(connector) ?? new Map<number, number[]>();
      stored.set(connector, readings);
      const instant = Date.parse(at);
      readings.set(instant, [...(readings.get(instant) ?? []), w]);
    }
  }
  return stored;
}

async function activityDifferences(house: BenchHouse, influxd: Influxd) {
  const { machines } = (await (await house.get('/api/v1/machines')).json()) as { machines: { id: string }[] };
  const range = `from=${encodeURIComponent(new Date(Date.now() - 86_400_000).toISOString())}&to=${encodeURIComponent(new Date().toISOString())}`;
  let [activity, activityWrong, activityMissing] = [0, 0, 0];
  for (const { id } of machines) {
    const points = await influxd.query(`SELECT state FROM activity WHERE machine = '${id}'`);
    const { intervals } = (await (await house.get(`/api/v1/activity?machine=${id}&${range}`)).json()) as {
      intervals: Interval[];
    };
    const at = new Set(points.map(({ time }) => Number(time)));
    const known = intervals.map(
      ({ start, end, activity: name }) => [Date.parse(start), Date.parse(end), name] as const,
    );
    const heard = known.findIndex(([, , name]) => name !== 'unknown');
    activity += points.length;
    activityWrong += points.filter(({ time, state }) =>
      known.some(([start, end, name]) => start <= Number(time) && Number(time) < end && name !== state),
    ).length;
    activityMissing += heard < 0 ? 0 : known.slice(heard).filter(([start]) => !at.has(start)).length;
  }
  return { activity, activityWrong, activityMissing };
}
