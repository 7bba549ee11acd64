import { existsSync } from 'node:fs';
import { startBenchHouse } from './bench-house.ts';
import { oneLab } from './bench-registry.ts';
import { runLoad, startLoad } from './load-process.ts';
import { type BenchRow, type BenchRun, type BenchSection, missing, quantile, row } from './row.ts';
import { timeRequests } from './visible.ts';

const STRACE = '/usr/bin/strace';
const SYNC_MS = 20;
const CONNECTORS = 1000;
const LOUD = 50;
const WINDOW = 50;
const ASK_EVERY_MS = 100;
/** Logins of all connectors and the first answers are over by then. */
const SETTLE_MS = 2000;

/** Every sync takes as long as on an SD card. */
export const slowDisk: BenchSection = {
  name: 'slow-disk',
  about: `every sync of the disk delayed by ${SYNC_MS} ms: ${CONNECTORS} connectors × 1 message/s, then flat out`,
  run: measure,
};

/** Stops at no other system call than the syncs, so that only they are slower. */
function slowSyncs(): string[] {
  const calls = 'fsync,fdatasync';
  const inject = `inject=${calls}:delay_exit=${SYNC_MS * 1000}`;
  return [STRACE, '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', inject];
}

async function measure({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  if (!existsSync(STRACE)) return [missing('slow disk', 'ms', 'strace is not installed')];
  const ms = isQuick ? 6000 : 40_000;
  const house = await startBenchHouse(oneLab(CONNECTORS), { prefix: slowSyncs() });
  try {
    const load = await startLoad({
      kind: 'steady',
      port: house.mqttPort,
      first: 0,
      connectors: CONNECTORS,
      everyMs: 1000,
      ms,
    });
    say('steady');
    const month = `from=${new Date(Date.now() - 30 * 86_400_000).toISOString()}&to=${new Date().toISOString()}`;
    await timeRequests(house, '/api/v1/machines', SETTLE_MS, ASK_EVERY_MS);
    const [floorMs, usageMs] = await Promise.all([
      timeRequests(house, '/api/v1/machines', ms - SETTLE_MS - 1000, ASK_EVERY_MS),
      timeRequests(house, `/api/v1/usage?machine=machine-0&${month}`, ms - SETTLE_MS - 1000, ASK_EVERY_MS),
    ]);
    const { latencyMs } = await load.done;
    say('flat out');
    const spec = { kind: 'flat-out', port: house.mqttPort, first: 0, connectors: LOUD, window: WINDOW } as const;
    const loud = await runLoad({ ...spec, ms: isQuick ? 3000 : 20_000 });
    return [
      row('slow disk, ack p50', quantile(latencyMs, 0.5), 'ms'),
      row('slow disk, ack p99', quantile(latencyMs, 0.99), 'ms', { atMost: 150 }),
      row('slow disk, GET /api/v1/machines p99', quantile(floorMs, 0.99), 'ms', { atMost: 50 }),
      row('slow disk, GET /api/v1/usage p99', quantile(usageMs, 0.99), 'ms', { atMost: 50 }, 'one machine, 30 days'),
      row('slow disk, acked flat out', loud.perSecond, 'msg/s', { atLeast: 10_000 }, `${LOUD} × window ${WINDOW}`),
      row('slow disk, ack p99 flat out', quantile(loud.latencyMs, 0.99), 'ms'),
    ];
  } finally {
    await house.stop();
  }
}
