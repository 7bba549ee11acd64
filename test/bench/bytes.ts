import { dataFolder, metric, startBenchHouse, untilProjected } from './bench-house.ts';
import { oneLab } from './bench-registry.ts';
import { runLoad } from './load-process.ts';
import { fileBytes, writtenBytes } from './process-figures.ts';
import { type BenchRow, type BenchRun, type BenchSection, row } from './row.ts';

const CONNECTORS = 100;
const EVERY_MS = 10_000;

/** What one reading costs a disk that wears. */
export const bytesWritten: BenchSection = {
  name: 'bytes',
  about: `bytes written per stored power reading: ${CONNECTORS} connectors, one reading each 10 s`,
  run: measure,
};

async function measure({ isQuick, say }: BenchRun): Promise<BenchRow[]> {
  const ms = isQuick ? 10_000 : 60_000;
  const house = await startBenchHouse(oneLab(CONNECTORS));
  try {
    const load = { kind: 'steady', port: house.mqttPort, first: 0, connectors: CONNECTORS, everyMs: EVERY_MS } as const;
    await runLoad({ ...load, ms: EVERY_MS });
    await untilProjected(house);
    say('measuring');
    const folder = dataFolder(house.folder);
    const [bytes, files] = [writtenBytes(house.pid), fileBytes(folder)];
    const stored = () => metric(house, 'fabmeter_messages_stored_total');
    const before = await stored();
    await runLoad({ ...load, ms });
    await untilProjected(house);
    const readings = (await stored()) - before;
    const grown = [...fileBytes(folder)].flatMap(([name, size]) => {
      const more = size - (files.get(name) ?? 0);
      return more > 0 ? [{ name, more }] : [];
    });
    const growth = grown.reduce((sum, { more }) => sum + more, 0);
    const note = grown.map(({ name, more }) => `${name} +${Math.round(more / 1024)} kB`).join(', ');
    return [
      row('bytes written per reading', (writtenBytes(house.pid) - bytes) / readings, 'B', null, `${readings} readings`),
      row('growth of the files per reading', growth / readings, 'B', null, note),
    ];
  } finally {
    await house.stop();
  }
}
