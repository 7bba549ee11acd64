import { beforeAll, describe, expect, it } from 'vitest';
import { median } from '../bench/row.ts';
import { NO_INFLUXD } from './influxd.ts';
import { endure, type OutageSeen, type PhaseSeen } from './outage.ts';

/** What a machine that does other things may add, in ms and MB; `npm run bench -- influx-outage` measures the slowest, too. */
const ACK_MS = 100;
const MEMORY_MB = 60;

describe.skipIf(NO_INFLUXD !== undefined)(`an outage of InfluxDB under load ${NO_INFLUXD ?? ''}`, () => {
  let seen: OutageSeen;
  beforeAll(async () => {
    seen = await endure({ connectors: 50, killsMs: 9000, awayMs: 7000, backMs: 2000, say: () => undefined });
  }, 120_000);

  it('leaves every reading in InfluxDB once, and every state as the API has it', () => {
    expect(seen.timesKilled).toBeGreaterThan(0);
    expect(seen.acked).toBeGreaterThan(50 * 18);
    expect(seen.backlog).toBeGreaterThan(50 * 5);
    const { power, activity, ...wrong } = seen.differences;
    expect(wrong).toEqual({ powerMissing: 0, powerStrange: 0, activityMissing: 0, activityWrong: 0 });
    expect(power).toBeGreaterThan(seen.acked * 0.99);
    expect(activity).toBeGreaterThanOrEqual(50);
  });

  const PHASES: [string, (seen: OutageSeen) => PhaseSeen][] = [
    ['is killed', ({ kills }) => kills],
    ['is away', ({ away }) => away],
    ['is back', ({ back }) => back],
  ];
  it.each(PHASES)('delays no acknowledgement and takes no memory while it %s', (_what, phaseOf) => {
    const { ackMs, memoryMB } = phaseOf(seen);
    expect(ackMs.exporting.length).toBeGreaterThan(0);
    expect(median(ackMs.exporting)).toBeLessThan(1.1 * median(ackMs.plain) + ACK_MS);
    const growthMB = (samples: readonly number[]) => Math.max(...samples) - median(samples.slice(0, 5));
    expect(growthMB(memoryMB.exporting)).toBeLessThan(growthMB(memoryMB.plain) + MEMORY_MB);
  });
});
