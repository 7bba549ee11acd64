import { lagEvents, metric, startBenchHouse, untilProjected } from './bench-house.ts';
import { oneLab } from './bench-registry.ts';
import { startLoad } from './load-process.ts';
import { memoryMB } from './process-figures.ts';
import { type BenchRow, type BenchRun, type BenchSection, row } from './row.ts';

const CONNECTORS = 50;
const WINDOW = 50;
const LOOK_MS = 1000;

/** Whether the projection keeps up with what is acknowledged. */
export const projectionLag: BenchSection = {
  name: 'projection',
  about: 'a minute flat out: how far the projection falls behind, and how long it takes to catch up',
  run: measure,
};

async function measure({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  const ms = isQuick ? 4000 : 60_000;
  const house = await startBenchHouse(oneLab(CONNECTORS));
  try {
    const load = await startLoad({
      kind: 'flat-out',
      port: house.mqttPort,
      first: 0,
      connectors: CONNECTORS,
      window: WINDOW,
      ms,
    });
    const lags: number[] = [];
    const end = performance.now() + ms - LOOK_MS;
    while (performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      lags.push(await lagEvents(house));
      if (lags.length % 10 === 0) say(`after ${lags.length} s: ${lags.at(-1)} events behind`);
    }
    const { perSecond } = await load.done;
    const behind = await lagEvents(house);
    const peakMB = memoryMB(house.pid).peak;
    const caughtUpMs = await untilProjected(house);
    const stored = await metric(house, 'fabmeter_events_stored_total');
    const projected = ((stored - behind) / ms) * 1000;
    const shown = lags.filter((_, second) => second % 10 === 9 || second === lags.length - 1);
    return [
      row('projection, acked meanwhile', perSecond, 'msg/s'),
      row(
        'projection, projected meanwhile',
        projected,
        'events/s',
        { atLeast: Math.round(perSecond * 0.95) },
        'goal: 95 % of what is acked',
      ),
      row('projection, behind at the end', behind, 'events', null, `every 10 s: ${shown.join(' ')}`),
      row('projection, until it has caught up', caughtUpMs / 1000, 's'),
      row('memory at most, flat out', peakMB, 'MB'),
    ];
  } finally {
    await house.stop();
  }
}
