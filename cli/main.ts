import process from 'node:process';
import { environment } from '../config.ts';
import { StorageError } from '../domain/failure.ts';
import { wallClock } from '../domain/time.ts';
import { applyFile } from './apply.ts';
import { backUp, restore } from './backup.ts';
import { runBench } from './bench.ts';
import { runCommand } from './commands.ts';
import { runDemo } from './demo.ts';
import { exportRegistry } from './export.ts';
import { exportSeries } from './export-series.ts';
import { runRetention } from './retention.ts';
import { runServer } from './start.ts';
import { FAILED, type Terminal } from './terminal.ts';
import { runTranslate } from './translate.ts';
import { verifyFolder } from './verify.ts';

const terminal: Terminal = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** Runs the command of this process's command line and sets its exit code. */
export async function main(): Promise<void> {
  try {
    process.exitCode = await runCommand(
      process.argv.slice(2),
      environment(),
      {
        start: (config) => runServer(config, terminal),
        demo: (request) => runDemo(request, terminal),
        apply: (request) => applyFile(request, terminal),
        export: (request) => exportRegistry(request, terminal),
        exportSeries: (request) => exportSeries(request, terminal),
        retention: (request) => runRetention(request, terminal, wallClock),
        translate: async () => {
          await runTranslate(process.stdin, process.stdout);
          return 0;
        },
        bench: (request) => runBench(request, terminal),
        backup: (request) => backUp(request, terminal),
        restore: (request) => restore(request, terminal),
        verify: (request) => verifyFolder(request, terminal),
      },
      terminal,
    );
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    terminal.err(`${error.message}\n`);
    process.exitCode = FAILED;
  }
}
