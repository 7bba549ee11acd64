import type { Influxd } from '../influx/influxd.ts';
import { type BenchHouse, metric, startBenchHouse, untilProjected } from './bench-house.ts';
import { oneLab } from './bench-registry.ts';
import { runLoad } from './load-process.ts';
import { processorS } from './process-figures.ts';
import { type BenchRow, type BenchRun, median, row } from './row.ts';

const CONNECTORS = 50;
const WINDOW = 50;
const POLL_MS = 20;

/** What one turn of load gave: acknowledgements per second, and processor time per million of them. */
interface Turn {
  perSecond: number;
  processorS: number;
  /** The exporter's thread alone, as a share of all threads of Fabmeter. */
  exporterShare: number;
}

/**
 * Flat out without and with export, in short turns, so that both meet the same machine. A turn begins when all that
 * was stored before is projected and exported: what the export put off is not charged to the house without.
 */
export async function influxCosts(
  { isQuick, say }: BenchRun,
  influxd: Influxd,
  env: Record<string, string>,
): Promise<BenchRow[]> {
  const ms = isQuick ? 2000 : 5000;
  const rounds = isQuick ? 2 : 8;
  const houses: BenchHouse[] = [];
  const turns: { plain: Turn; exporting: Turn; caughtUpMs: number }[] = [];
  try {
    const plain = await startBenchHouse(oneLab(CONNECTORS));
    houses.push(plain);
    const exporting = await startBenchHouse(oneLab(CONNECTORS), { env });
    houses.push(exporting);
    for (let round = 0; round <= rounds; round++) {
      const without = await turn(plain, ms);
      const withExport = await turn(exporting, ms, influxd);
      const caughtUpMs = await untilExported(exporting);
      say(`ingest ${Math.round(without.perSecond)}/s, with export ${Math.round(withExport.perSecond)}/s`);
      if (round > 0) turns.push({ plain: without, exporting: withExport, caughtUpMs });
    }
  } finally {
    for (const house of houses) await house.stop();
  }
  return rowsOf(turns, ms);
}

async function turn(house: BenchHouse, ms: number, influxd?: Influxd): Promise<Turn> {
  const now = () => ({
    exporter: processorS(house.pid, 'exporter'),
    fabmeter: processorS(house.pid),
    influxd: influxd ? processorS(influxd.pid) : 0,
  });
  const before = now();
  const spec = { kind: 'flat-out', port: house.mqttPort, first: 0, connectors: CONNECTORS, window: WINDOW } as const;
  const { perSecond, acked } = await runLoad({ ...spec, ms });
  const after = now();
  if (influxd && (await metric(house, 'fabmeter_influx_up')) !== 1)
    throw new Error('the export did not work during the benchmark');
  await untilProjected(house);
  const fabmeter = after.fabmeter - before.fabmeter;
  return {
    perSecond,
    processorS: ((fabmeter + after.influxd - before.influxd) / acked) * 1e6,
    exporterShare: (after.exporter - before.exporter) / fabmeter,
  };
}

async function untilExported(house: BenchHouse): Promise<number> {
  const began = performance.now();
  while ((await metric(house, 'fabmeter_influx_lag_events')) > 0)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  return performance.now() - began;
}

function rowsOf(turns: readonly { plain: Turn; exporting: Turn; caughtUpMs: number }[], ms: number): BenchRow[] {
  const medianOf = (value: (turn: (typeof turns)[number]) => number) => median(turns.map(value));
  const ratios = turns.map(({ plain, exporting }) => exporting.perSecond / plain.perSecond);
  const rounds = `rounds: ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}`;
  const seconds = `${medianOf(({ plain }) => plain.processorS).toFixed(1)} s of processor time for a million messages, with export and InfluxDB ${medianOf(({ exporting }) => exporting.processorS).toFixed(1)} s`;
  return [
    row(
      'acked flat out, with export',
      medianOf(({ exporting }) => exporting.perSecond),
      'msg/s',
    ),
    row('ingest with export, ratio to without', median(ratios), '×', { atLeast: 0.9 }, rounds),
    row(
      'messages per processor time, ratio to without',
      medianOf(({ plain, exporting }) => plain.processorS / exporting.processorS),
      '×',
      null,
      seconds,
    ),
    row('exporter, of the processor time of Fabmeter', medianOf(({ exporting }) => exporting.exporterShare) * 100, '%'),
    row(
      'export caught up after flat out',
      medianOf(({ caughtUpMs }) => caughtUpMs) / 1000,
      's',
      null,
      `after ${ms / 1000} s`,
    ),
  ];
}
