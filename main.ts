import process from 'node:process';
import { applyFile } from './cli/apply.ts';
import { backUp, restore } from './cli/backup.ts';
import { runBench } from './cli/bench.ts';
import { runCommand } from './cli/commands.ts';
import { runDemo } from './cli/demo.ts';
import { exportRegistry } from './cli/export.ts';
import { runServer } from './cli/start.ts';
import { FAILED, type Terminal } from './cli/terminal.ts';
import { runTranslate } from './cli/translate.ts';
import { verifyFolder } from './cli/verify.ts';
import { environment } from './config.ts';
import { StorageError } from './domain/failure.ts';

// Opening hours are evaluated on wall time by a library that works in the zone of the process.
process.env.TZ = 'UTC';

const terminal: Terminal = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

try {
  process.exitCode = await runCommand(
    process.argv.slice(2),
    environment(),
    {
      start: (config) => runServer(config, terminal),
      demo: (request) => runDemo(request, terminal),
      apply: (request) => applyFile(request, terminal),
      export: (request) => exportRegistry(request, terminal),
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
