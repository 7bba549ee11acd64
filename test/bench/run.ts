import { writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchRow, BenchSection } from './row.ts';
import { SECTIONS } from './sections.ts';
import { tableOf } from './table.ts';

// Opening hours are evaluated on wall time by a library that works in the zone of the process.
process.env.TZ = 'UTC';

// What was started ends with the process, which only ends so if it is not killed by the signal itself.
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(1));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
});

function chosen(): BenchSection[] {
  const known = SECTIONS.map(({ name }) => name);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no benchmark "${unknown}"; there are: ${known.join(', ')}\n`);
    process.exit(2);
  }
  return SECTIONS.filter(({ name, isLong }) => (positionals.length === 0 ? !isLong : positionals.includes(name)));
}

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Linux ${release()}, Node ${process.version}`;
process.stdout.write(`${machine}${values.quick ? '; quick: the figures mean little' : ''}\n`);
const rows: BenchRow[] = [];
for (const section of chosen()) {
  process.stdout.write(`\n${section.name}: ${section.about}\n`);
  const began = performance.now();
  const say = (text: string) => {
    process.stdout.write(`  ${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
  };
  rows.push(...(await section.run({ isQuick: values.quick, say })));
}
process.stdout.write(`\n${tableOf(rows)}`);
if (values.json !== undefined) {
  const report = { at: new Date().toISOString(), machine, quick: values.quick, rows };
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
