import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { SeriesReading } from '../../domain/ports.ts';
import { packDay } from '../../stores/sqlite/packed-day.ts';
import { type BenchRow, type BenchSection, missing, row } from './row.ts';

const RECORDINGS = fileURLToPath(new URL('../../../shared/data/power', import.meta.url));
const DAY_MS = 86_400_000;
const NOISY = 100_000;
const EVERY_MS = 10_000;

/** How many bytes a kept reading takes, once its day is packed. */
export const packed: BenchSection = {
  name: 'packed',
  about: 'bytes per packed reading: real recordings, and synthetic watts with noise',
  run: async () => [recordings(), ...noisy()],
};

function bytesPerReading(readings: readonly SeriesReading[]): number {
  let bytes = 0;
  for (const day of Map.groupBy(readings, ({ at }) => Math.floor(at / DAY_MS)).values()) bytes += packDay(day).length;
  return bytes / readings.length;
}

function recordings(): BenchRow {
  const name = 'packed, real recordings';
  const files = existsSync(RECORDINGS) ? readdirSync(RECORDINGS).filter((file) => file.endsWith('.csv.gz')) : [];
  if (files.length === 0) return missing(name, 'B/reading', 'the recordings are not here');
  const all = files.map((file) => readingsOf(path.join(RECORDINGS, file)));
  const sizes = all.map(bytesPerReading);
  const total = all.reduce((sum, { length }) => sum + length, 0);
  const mean = sizes.reduce((sum, size, index) => sum + size * (all[index]?.length ?? 0), 0) / total;
  const note = `${total} readings, watts; ${Math.min(...sizes).toFixed(2)} to ${Math.max(...sizes).toFixed(2)}`;
  return row(name, mean, 'B/reading', { atMost: 2 }, note);
}

/** Rows are `dd/mm/yyyy HH:MM:SS;W over 1 s;W over 8 s`; the zone does not matter here. */
function readingsOf(file: string): SeriesReading[] {
  const byInstant = new Map<number, SeriesReading>();
  for (const line of gunzipSync(readFileSync(file)).toString().split('\n')) {
    const found = /^(\d+)\/(\d+)\/(\d+) (\d+):(\d+):(\d+);([\d.]+)/.exec(line);
    if (!found) continue;
    const [day, month, year, hour, minute, second, w] = found.slice(1).map(Number) as number[];
    const at = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
    byInstant.set(at, { at, w: w as number, wh: Number.NaN });
  }
  return [...byInstant.values()].sort((a, b) => a.at - b.at);
}

function noisy(): BenchRow[] {
  let seed = 42;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const noise = () => random() + random() + random() + random() - 2;
  const watts = Array.from({ length: NOISY }, () => Math.round((150 + noise() * 20) * 10) / 10);
  let wh = 0;
  const exact = watts.map((w, index) => ({ at: index * EVERY_MS, w, wh: Number.NaN }));
  const plain = exact.map((reading) => ({ ...reading, at: reading.at + Math.round(noise() * 20) }));
  const counted = plain.map((reading) => {
    wh += (reading.w * EVERY_MS) / 3_600_000;
    return { ...reading, wh: Math.round(wh * 100) / 100 };
  });
  const noisyWatts = '150 ± 12 W, one decimal';
  const note = `every 10 s ± 20 ms, ${noisyWatts}`;
  return [
    row('packed, noisy watts', bytesPerReading(exact), 'B/reading', { atMost: 2 }, `every 10 s, ${noisyWatts}`),
    row('packed, noisy watts at noisy instants', bytesPerReading(plain), 'B/reading', null, note),
    row(
      'packed, noisy watts and counter at noisy instants',
      bytesPerReading(counted),
      'B/reading',
      null,
      `${note}; counter with two decimals`,
    ),
  ];
}
