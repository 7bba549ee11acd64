import { startBenchHouse, untilProjected } from './bench-house.ts';
import { oneLab } from './bench-registry.ts';
import { runLoad } from './load-process.ts';
import { startMosquitto } from './mosquitto.ts';
import { type BenchRow, type BenchRun, type BenchSection, median, missing, quantile, row } from './row.ts';

const CONNECTORS = 50;
const WINDOW = 50;

/** One party of the comparison with what it reached in each round. */
interface Rival {
  name: string;
  port: number;
  rates: number[];
  latencyMs: number[];
}

/** Acknowledged messages per second, in turns with Mosquitto. */
export const acked: BenchSection = {
  name: 'acked',
  about: `acknowledged and durable, flat out: ${CONNECTORS} registered connectors, window ${WINDOW}, native power messages, QoS 1`,
  run: measure,
};

async function measure({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  const rounds = isQuick ? 1 : 5;
  const ms = isQuick ? 2000 : 10_000;
  const house = await startBenchHouse(oneLab(CONNECTORS));
  const mosquitto = await startMosquitto();
  const rivals: Rival[] = [{ name: 'Fabmeter', port: house.mqttPort, rates: [], latencyMs: [] }];
  if (mosquitto) rivals.push({ name: 'Mosquitto', port: mosquitto.port, rates: [], latencyMs: [] });
  try {
    for (let round = 0; round <= rounds; round++) {
      for (const rival of rivals) {
        const spec = { kind: 'flat-out', port: rival.port, first: 0, connectors: CONNECTORS, window: WINDOW } as const;
        const seen = await runLoad({ ...spec, ms: round === 0 ? 2000 : ms });
        say(`${rival.name} ${round === 0 ? 'warm-up' : `round ${round}`}: ${Math.round(seen.perSecond)}/s`);
        if (round > 0) {
          rival.rates.push(seen.perSecond);
          rival.latencyMs.push(quantile(seen.latencyMs, 0.99));
        }
        await untilProjected(house);
      }
    }
  } finally {
    await house.stop();
    await mosquitto?.stop();
  }
  return rowsOf(rivals, mosquitto?.version);
}

function rowsOf(rivals: readonly Rival[], version: string | undefined): BenchRow[] {
  const [ours, theirs] = rivals;
  const list = (values: readonly number[], digits: number) => values.map((value) => value.toFixed(digits)).join(' ');
  const rows = rivals.flatMap((rival) => [
    row(`acked, ${rival.name}`, median(rival.rates), 'msg/s', null, `rounds: ${list(rival.rates, 0)}`),
    row(`ack p99 flat out, ${rival.name}`, median(rival.latencyMs), 'ms'),
  ]);
  if (!ours || !theirs) return [...rows, missing('acked, ratio to Mosquitto', '×', 'Mosquitto is not installed')];
  const ratios = ours.rates.map((rate, round) => rate / (theirs.rates[round] ?? Number.NaN));
  const note = `Mosquitto ${version} stores nothing; rounds: ${list(ratios, 2)}`;
  return [...rows, row('acked, ratio to Mosquitto', median(ratios), '×', { atLeast: 1 }, note)];
}
