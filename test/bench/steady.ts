import { startBenchHouse } from './bench-house.ts';
import { oneLab } from './bench-registry.ts';
import { startLoad } from './load-process.ts';
import { memoryMB } from './process-figures.ts';
import { type BenchRow, type BenchRun, type BenchSection, quantile, row } from './row.ts';
import { timeRequests, watchOne } from './visible.ts';

const CONNECTORS = 1000;
const EVERY_MS = 1000;
const FLOOR_EVERY_MS = 200;
/** Logins of all connectors and the first answer are over by then. */
const SETTLE_MS = 2000;

/** The everyday load of a network: acknowledgements, how fresh the page is, memory. */
export const steadyLoad: BenchSection = {
  name: 'steady',
  about: `${CONNECTORS} connectors × 1 message/s: acknowledgement, from publish to what the API says, memory`,
  run: measure,
};

async function measure({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  const ms = isQuick ? 6000 : 60_000;
  const house = await startBenchHouse(oneLab(CONNECTORS));
  const idleMB = memoryMB(house.pid).now;
  try {
    const others = CONNECTORS - 1;
    const load = await startLoad({
      kind: 'steady',
      port: house.mqttPort,
      first: 0,
      connectors: others,
      everyMs: EVERY_MS,
      ms,
    });
    say(`${CONNECTORS} connectors are logged in`);
    await timeRequests(house, '/api/v1/machines', SETTLE_MS, FLOOR_EVERY_MS);
    const [seen, floorMs] = await Promise.all([
      watchOne(house, others, ms - SETTLE_MS - 1000),
      timeRequests(house, '/api/v1/machines', ms - SETTLE_MS - 1000, FLOOR_EVERY_MS),
    ]);
    const { now, peak } = memoryMB(house.pid);
    const { latencyMs } = await load.done;
    return [
      row('steady, ack p50', quantile(latencyMs, 0.5), 'ms', null, `${latencyMs.length} messages`),
      row('steady, ack p99', quantile(latencyMs, 0.99), 'ms', { atMost: 20 }),
      row('publish → value in the API, p50', quantile(seen.apiMs, 0.5), 'ms', null, 'one machine, asked every 3 ms'),
      row(
        'publish → value in the API, p99',
        quantile(seen.apiMs, 0.99),
        'ms',
        { atMost: 100 },
        `${seen.apiMs.length} changes`,
      ),
      row(
        'publish → value in the live stream, p99',
        quantile(seen.liveMs, 0.99),
        'ms',
        null,
        'changes travel together',
      ),
      row('GET /api/v1/machines, 1,000 machines, p99', quantile(floorMs, 0.99), 'ms'),
      row(
        'memory of the whole process',
        now,
        'MB',
        { atMost: 200 },
        `idle ${idleMB.toFixed(0)}, most ${peak.toFixed(0)}`,
      ),
    ];
  } finally {
    await house.stop();
  }
}
