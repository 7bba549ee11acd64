import { Command, CommanderError, type OutputConfiguration } from 'commander';
import { type Config, readConfig } from '../config.ts';
import { failure, StorageError } from '../domain/failure.ts';
import { didYouMean } from '../domain/suggestion.ts';
import type { ApplyRequest } from './apply.ts';
import type { ExportRequest } from './export.ts';
import type { ExportSeriesRequest } from './export-series.ts';
import { addServerOptions, addSettings, dataFolderOf, type Options, placeOf, wholeNumber } from './options.ts';
import type { RetentionRequest } from './retention.ts';
import type { Environment, Values } from './settings.ts';
import { FAILED, MISUSED, type Terminal, writeFailure } from './terminal.ts';

/** What `fabmeter demo` was asked. */
export interface DemoRequest {
  config: Config;
  /** How many past days the simulated lab has. */
  days: number;
}

/** The commands; each gives the exit code. `main.ts` hands them in. */
export interface Handlers {
  start(config: Config): Promise<number>;
  demo(request: DemoRequest): Promise<number>;
  apply(request: ApplyRequest): Promise<number>;
  export(request: ExportRequest): Promise<number>;
  exportSeries(request: ExportSeriesRequest): Promise<number>;
  retention(request: RetentionRequest): Promise<number>;
  translate(): Promise<number>;
  bench(request: { json: string | undefined; quick: boolean; only: string[] }): Promise<number>;
  backup(request: { dataFolder: string; file: string }): Promise<number>;
  restore(request: { dataFolder: string; file: string }): Promise<number>;
  verify(request: { dataFolder: string }): Promise<number>;
}

/** What a demo has in place of the defaults; `data` is a throw-away folder that `main.ts` names. */
const DEMO_FALLBACKS: Values = { host: '127.0.0.1', 'mqtt-port': '0', 'log-level': 'warn' };
const DEMO_DAYS = '14';

/** Reads a command line and runs its command; gives the exit code: 0 done, 1 failed, 2 asked wrongly. */
export async function runCommand(
  argv: readonly string[],
  env: Environment,
  handlers: Handlers,
  terminal: Terminal,
): Promise<number> {
  let exitCode = 0;
  const program = describeCommands(env, handlers, terminal, (code) => {
    exitCode = code;
  });
  const unknown = unknownCommand(argv, program);
  if (unknown !== undefined) return writeFailure(terminal, failure('bad-parameter', unknown));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof StorageError) {
      terminal.err(`${error.message}\n`);
      return FAILED;
    }
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    terminal.err(`${plainSentence(error.message)}\n`);
    return MISUSED;
  }
}

function unknownCommand([first = '']: readonly string[], program: Command): string | undefined {
  const names = [...program.commands.map((command) => command.name()), 'help'];
  if (first === '' || first.startsWith('-') || names.includes(first)) return undefined;
  const guess = didYouMean(first, names);
  return `There is no command "${first}"${guess === '' ? '. See fabmeter --help.' : guess}`;
}

/** Commander says `error: unknown option '--x'` and, on a line of its own, `(Did you mean --y?)`. */
function plainSentence(message: string): string {
  const [first = '', guess = ''] = message.replace(/^error: /, '').split('\n');
  const near = /\(Did you mean (?:one of )?(.+?)\?\)/.exec(guess)?.[1];
  const sentence = first.charAt(0).toUpperCase() + first.slice(1).replaceAll("'", '"').replace(/\.$/, '');
  return near === undefined ? `${sentence}. See --help.` : `${sentence}; did you mean ${near}?`;
}

function describeCommands(
  env: Environment,
  handlers: Handlers,
  terminal: Terminal,
  ended: (code: number) => void,
): Command {
  const silent: OutputConfiguration = { writeOut: terminal.out, writeErr: () => undefined };
  const program = new Command('fabmeter')
    .description('Measures how the machines of fablabs are used, with nobody filling in a form')
    .exitOverride()
    .configureOutput(silent);
  const withConfig = async (options: Options, fallbacks: Values, work: (config: Config) => Promise<number>) => {
    const config = readConfig(options as Values, env, fallbacks);
    ended('kind' in config ? writeFailure(terminal, config) : await work(config));
  };
  addServerOptions(
    program.command('start', { isDefault: true }).description('run Fabmeter (also without a command)'),
  ).action((options: Options) => withConfig(options, {}, handlers.start));
  addServerOptions(program.command('demo').description('run a simulated lab in a throw-away folder'))
    .option('--days <N>', 'how many past days the lab has', wholeNumber, Number(DEMO_DAYS))
    .action(({ days, ...options }: Options & { days: number }) =>
      withConfig(options, DEMO_FALLBACKS, (config) => handlers.demo({ config, days })),
    );
  addSettings(
    program.command('export-series').description('send what is kept to InfluxDB again, also beside a running Fabmeter'),
    ['data', 'influx-url', 'influx-database', 'influx-user', 'influx-token'],
  )
    .option('--from <TIME>', 'from this date or RFC 3339 instant on; else from the beginning')
    .option('--to <TIME>', 'up to this date or instant; else up to now')
    .action(({ from, to, ...options }: Options) =>
      withConfig(options, {}, (config) => handlers.exportSeries({ config, from, to })),
    );
  addSettings(
    program
      .command('retention')
      .description('keep the stores within their limits, as a running Fabmeter does every hour'),
    ['data', 'pack-after-days', 'badge-days'],
  )
    .option('--dry-run', 'only say what would go, also beside a running Fabmeter', false)
    .action(({ dryRun, ...options }: Options & { dryRun: boolean }) =>
      withConfig(options, {}, (config) => handlers.retention({ config, dryRun })),
    );
  describeRegistryCommands(program, env, handlers, ended);
  describeDataCommands(program, env, handlers, ended);
  program.addHelpText('after', '\nSettings of a running Fabmeter: fabmeter start --help');
  for (const command of program.commands) command.exitOverride().configureOutput(silent);
  return program;
}

function describeRegistryCommands(
  program: Command,
  env: Environment,
  handlers: Handlers,
  ended: (code: number) => void,
): void {
  const withPlace = (command: Command): Command =>
    command
      .option('--url <URL>', 'of a running Fabmeter (FABMETER_URL); else its data folder is opened')
      .option('--token <TOKEN>', "an administrator's API token (FABMETER_TOKEN)")
      .option('--data <DIR>', 'data folder that no Fabmeter holds (FABMETER_DATA)');
  withPlace(program.command('apply').argument('<file>', 'YAML or JSON').description('make a document the registry'))
    .option('--members <CSV>', 'members to add to those of the document (columns id, audience, badges)')
    .option('--dry-run', 'only say what would change', false)
    .action(async (file: string, { dryRun, ...options }: Options & { dryRun: boolean }) => {
      const place = placeOf(options, env);
      ended(await handlers.apply({ file, members: options.members, dryRun, place }));
    });
  withPlace(program.command('export').description('write the registry, without secrets and badge numbers'))
    .option('--json', 'as JSON', false)
    .action(async ({ json, ...options }: Options & { json: boolean }) => {
      ended(await handlers.export({ format: json ? 'json' : 'yaml', place: placeOf(options, env) }));
    });
}

function describeDataCommands(
  program: Command,
  env: Environment,
  handlers: Handlers,
  ended: (code: number) => void,
): void {
  const withData = (command: Command): Command => command.option('--data <DIR>', 'data folder (FABMETER_DATA)');
  program
    .command('translate')
    .description('say what Fabmeter makes of messages (JSON lines on stdin)')
    .action(async () => ended(await handlers.translate()));
  program
    .command('bench')
    .argument('[names...]', 'only these')
    .option('--json <FILE>', 'write the figures there too')
    .option('--quick', 'only see that everything works: short runs, small data')
    .description('measure speed and memory on this machine')
    .action(async (only: string[], { json, quick }: { json?: string; quick?: true }) =>
      ended(await handlers.bench({ json, quick: quick === true, only })),
    );
  withData(
    program.command('backup').argument('<folder>').description('copy everything that is kept into a new folder'),
  ).action(async (file: string, options: Options) =>
    ended(await handlers.backup({ dataFolder: dataFolderOf(options, env), file })),
  );
  withData(program.command('restore').argument('<file>').description('make a data folder of a backup')).action(
    async (file: string, options: Options) =>
      ended(await handlers.restore({ dataFolder: dataFolderOf(options, env), file })),
  );
  withData(program.command('verify').description('recompute everything from the journal and compare')).action(
    async (options: Options) => ended(await handlers.verify({ dataFolder: dataFolderOf(options, env) })),
  );
}
