import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../domain/failure.ts';
import { type Handlers, runCommand } from './commands.ts';

interface Ran {
  code: number;
  out: string;
  err: string;
  calls: [string, unknown][];
}

async function run(line: string, env: Record<string, string> = {}, more: Partial<Handlers> = {}): Promise<Ran> {
  const ran: Ran = { code: -1, out: '', err: '', calls: [] };
  const note =
    (name: string) =>
    async (request?: unknown): Promise<number> => {
      ran.calls.push([name, request]);
      return 0;
    };
  const names = [
    'start',
    'demo',
    'apply',
    'export',
    'exportSeries',
    'retention',
    'translate',
    'bench',
    'backup',
    'restore',
    'verify',
  ] as const;
  const handlers = { ...Object.fromEntries(names.map((name) => [name, note(name)])), ...more } as unknown as Handlers;
  const terminal = {
    out: (text: string) => {
      ran.out += text;
    },
    err: (text: string) => {
      ran.err += text;
    },
  };
  ran.code = await runCommand(line.split(' ').filter(Boolean), env, handlers, terminal);
  return ran;
}

const dataFolder = path.resolve('data');
const CASES: [string, string, unknown][] = [
  ['', 'start', { mqttPort: 1883, httpPort: 8080, host: '0.0.0.0', dataFolder }],
  ['--mqtt-port 0 --http-port 0 --data /tmp/x', 'start', { mqttPort: 0, httpPort: 0, dataFolder: '/tmp/x' }],
  ['start --mqtt-port=1884 --log-level debug', 'start', { mqttPort: 1884, logLevel: 'debug' }],
  ['demo --http-port 0', 'demo', { days: 14, config: { host: '127.0.0.1', httpPort: 0, logLevel: 'warn' } }],
  ['demo --days 3', 'demo', { days: 3, config: { httpPort: 8080 } }],
  ['apply lab.yaml', 'apply', { file: 'lab.yaml', members: undefined, dryRun: false, place: { dataFolder } }],
  [
    'apply lab.yaml --members m.csv --dry-run --data /d',
    'apply',
    { members: 'm.csv', dryRun: true, place: { dataFolder: '/d' } },
  ],
  ['apply lab.yaml --url http://box --token t', 'apply', { place: { url: 'http://box', token: 't' } }],
  ['retention --data /d', 'retention', { dryRun: false, config: { dataFolder: '/d', retention: { badgeDays: 90 } } }],
  ['retention --dry-run --badge-days 40', 'retention', { dryRun: true, config: { retention: { badgeDays: 40 } } }],
  ['export --json', 'export', { format: 'json', place: { dataFolder } }],
  ['export', 'export', { format: 'yaml' }],
  [
    'export-series --influx-url http://i --influx-database d --from 2026-01-01 --data /d',
    'exportSeries',
    { from: '2026-01-01', to: undefined, config: { dataFolder: '/d', influx: { url: 'http://i', database: 'd' } } },
  ],
  ['translate', 'translate', undefined],
  ['bench acked api --json f.json', 'bench', { only: ['acked', 'api'], json: 'f.json', quick: false }],
  ['bench --quick', 'bench', { only: [], quick: true }],
  ['backup b.tar', 'backup', { file: 'b.tar', dataFolder }],
  ['restore b.tar --data /d', 'restore', { file: 'b.tar', dataFolder: '/d' }],
  ['verify', 'verify', { dataFolder }],
];

describe('runCommand()', () => {
  it.each(CASES)('reads "%s" as %s', async (line, name, request) => {
    const ran = await run(line);
    expect(ran).toMatchObject({ code: 0, err: '', calls: [[name, request ?? undefined]] });
  });

  it('takes addresses and tokens from the environment', async () => {
    const env = { FABMETER_URL: 'http://box', FABMETER_TOKEN: 't', FABMETER_DATA: '/d', FABMETER_HTTP_PORT: '9' };
    expect((await run('export', env)).calls[0]?.[1]).toEqual({
      format: 'yaml',
      place: { url: 'http://box', token: 't' },
    });
    expect((await run('verify', env)).calls[0]?.[1]).toEqual({ dataFolder: '/d' });
    expect((await run('', env)).calls[0]?.[1]).toMatchObject({ httpPort: 9, dataFolder: '/d' });
  });

  const WRONG: [string, string][] = [
    ['--mqt-port 1', 'Unknown option "--mqt-port"; did you mean --mqtt-port?\n'],
    ['start --nonsense', 'Unknown option "--nonsense". See --help.\n'],
    ['aply lab.yaml', 'There is no command "aply"; did you mean "apply"?\n'],
    ['nonsense', 'There is no command "nonsense". See fabmeter --help.\n'],
    ['apply', 'Missing required argument "file". See --help.\n'],
    ['--mqtt-port', 'Option "--mqtt-port <PORT>" argument missing. See --help.\n'],
    ['start now', 'Too many arguments for "start". Expected 0 arguments but got 1. See --help.\n'],
    ['--mqtt-port http', 'Cannot start: --mqtt-port must be a port from 0 to 65535, not "http"\n'],
    [
      'demo --days many',
      'Option "--days <N>" argument "many" is invalid. It must be a whole number from 0 to 9999. See --help.\n',
    ],
  ];
  it.each(WRONG)('refuses "%s" with a sentence and exit code 2', async (line, sentence) => {
    expect(await run(line)).toEqual({ code: 2, out: '', err: sentence, calls: [] });
  });

  it.each(['--help', 'start --help', 'apply -h', 'help'])('helps with "%s"', async (line) => {
    const ran = await run(line);
    expect(ran).toMatchObject({ code: 0, err: '', calls: [] });
    expect(ran.out).toContain('Usage: fabmeter');
  });

  it('names every setting in the help of start', async () => {
    const { out } = await run('start --help');
    for (const name of [
      '--data <DIR>',
      '--influx-token <TOKEN>',
      'FABMETER_MQTT_PORT',
      'else 8080',
      'FABMETER_ADMIN_TOKEN',
    ]) {
      expect(out).toContain(name);
    }
    expect(out).not.toContain('--admin-token');
  });

  it('passes the exit code of a command on', async () => {
    expect((await run('verify', {}, { verify: async () => 1 })).code).toBe(1);
  });

  it('tells an operational error in its sentence', async () => {
    const start = async (): Promise<number> => {
      throw new StorageError('full', 'Cannot use x: the disk is full');
    };
    expect(await run('', {}, { start })).toMatchObject({ code: 1, err: 'Cannot use x: the disk is full\n' });
  });
});
