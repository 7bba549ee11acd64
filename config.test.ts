import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTINGS, type Values } from './cli/settings.ts';
import { type Config, LIMITS, readConfig } from './config.ts';
import type { Failure } from './domain/failure.ts';

function config(flags: Values = {}, env: Record<string, string> = {}, fallbacks: Values = {}): Config {
  const result = readConfig(flags, env, fallbacks);
  expect(result).not.toHaveProperty('kind');
  return result as Config;
}

function complaints(flags: Values, env: Record<string, string> = {}): string[] {
  const result = readConfig(flags, env) as Failure;
  expect(result).toHaveProperty('kind', 'failure');
  return (result.complaints ?? []).map(({ path: where, message }) => `${where} ${message}`);
}

describe('readConfig()', () => {
  it('has defaults for everything', () => {
    expect(config()).toEqual({
      dataFolder: path.resolve('data'),
      host: '0.0.0.0',
      mqttPort: 1883,
      retention: {
        packAfterDays: 3,
        messageDays: 7,
        badgeDays: 90,
        quarantineDays: 30,
        quarantinePerConnector: 2000,
      },
      httpPort: 8080,
      tls: undefined,
      registryFile: undefined,
      influx: undefined,
      logLevel: 'info',
      adminToken: undefined,
      warnings: [],
    });
  });

  it('prefers the command line to the environment, and both to the fallbacks of a command', () => {
    const env = { FABMETER_HTTP_PORT: '81', FABMETER_HOST: '', FABMETER_MQTT_PORT: '1884' };
    const found = config({ 'http-port': '82' }, env, { host: '127.0.0.1', 'mqtt-port': '0' });
    expect(found).toMatchObject({ httpPort: 82, host: '127.0.0.1', mqttPort: 1884 });
  });

  it('takes free ports for both listeners', () => {
    expect(config({ 'mqtt-port': '0', 'http-port': '0' })).toMatchObject({ mqttPort: 0, httpPort: 0 });
  });

  it('takes a certificate with its key', () => {
    expect(config({ 'tls-cert': 'cert.pem', 'tls-key': '/etc/key.pem' }).tls).toEqual({
      port: 8883,
      certificate: path.resolve('cert.pem'),
      key: '/etc/key.pem',
    });
  });

  it('takes InfluxDB with and without a user', () => {
    const flags = { 'influx-url': 'http://127.0.0.1:8086', 'influx-database': 'fab' };
    expect(config(flags).influx).toEqual({
      url: 'http://127.0.0.1:8086',
      database: 'fab',
      user: undefined,
      token: undefined,
    });
    expect(config(flags, { FABMETER_INFLUX_TOKEN: 't' }).influx).toMatchObject({ token: 't' });
  });

  const CASES: [Values, Record<string, string>, string][] = [
    [{ 'mqtt-port': '65536' }, {}, '--mqtt-port must be a port from 0 to 65535, not "65536"'],
    [{ 'mqtt-port': '-1' }, {}, '--mqtt-port must be a port from 0 to 65535, not "-1"'],
    [{}, { FABMETER_HTTP_PORT: 'http' }, 'FABMETER_HTTP_PORT must be a port from 0 to 65535, not "http"'],
    [
      { 'badge-days': '39' },
      {},
      '--badge-days must be a whole number of days from 40 to 90, not "39": badges at machines are kept for three months at most; a device may be 35 days late, and what it says of a session has to find its badges',
    ],
    [
      {},
      { FABMETER_BADGE_DAYS: '91' },
      'FABMETER_BADGE_DAYS must be a whole number of days from 40 to 90, not "91": badges at machines are kept for three months at most; a device may be 35 days late, and what it says of a session has to find its badges',
    ],
    [
      { 'pack-after-days': '0' },
      {},
      '--pack-after-days must be a whole number of days from 1 to 35, not "0": what is younger than three days may still be late, and late events reach back 35 days',
    ],
    [{ 'http-port': '1883' }, {}, '--http-port must not be the MQTT port (1883)'],
    [
      { 'tls-cert': 'c', 'tls-key': 'k', 'mqtts-port': '8080' },
      {},
      '--mqtts-port is already taken by another listener (8080)',
    ],
    [{ 'tls-cert': 'c' }, {}, '--tls-cert needs its private key: give --tls-key'],
    [{ 'tls-key': 'k' }, {}, '--tls-key needs its certificate: give --tls-cert'],
    [{ 'mqtts-port': '8883' }, {}, '--mqtts-port needs a certificate: give --tls-cert and --tls-key'],
    [
      { 'log-level': 'inof' },
      {},
      '--log-level must be one of trace, debug, info, warn, error, fatal, silent, not "inof"; did you mean "info"?',
    ],
    [
      { 'influx-url': '127.0.0.1:8086', 'influx-database': 'fab' },
      {},
      '--influx-url must be an address such as http://127.0.0.1:8086',
    ],
    [
      { 'influx-url': 'http://127.0.0.1:8086' },
      {},
      '--influx-url needs the name of a database: give --influx-database',
    ],
    [{ 'influx-user': 'ada' }, {}, '--influx-user needs the address of InfluxDB: give --influx-url'],
  ];
  it.each(CASES)('refuses %j %j', (flags, env, expected) => {
    expect(complaints(flags, env)).toEqual([expected]);
  });

  it('names everything that is wrong at once, and never a token', () => {
    const found = complaints({ 'mqtt-port': 'x', 'http-port': 'y' }, { FABMETER_ADMIN_TOKEN: 'short-token' });
    expect(found).toHaveLength(2);
    expect(found.join()).not.toContain('short-token');
  });

  it('warns of a short token without showing it', () => {
    const { warnings } = config({}, { FABMETER_ADMIN_TOKEN: 'fifteen-letters' });
    expect(warnings).toEqual(['FABMETER_ADMIN_TOKEN is short and can be guessed; give it at least 16 characters']);
    expect(config({}, { FABMETER_ADMIN_TOKEN: 'sixteen--letters' }).warnings).toEqual([]);
  });

  it('warns of a variable that looks like ours', () => {
    const { warnings } = config({}, { FABMETER_MQT_PORT: '1', FABMETER_URL: 'http://x', OTHER: '1' });
    expect(warnings).toEqual(['The variable FABMETER_MQT_PORT is not known; did you mean "FABMETER_MQTT_PORT"?']);
  });
});

describe('SETTINGS', () => {
  it('each have a variable named after the option', () => {
    expect(SETTINGS.length).toBeGreaterThan(10);
    for (const { name, env } of SETTINGS) expect(env).toBe(`FABMETER_${name.toUpperCase().replaceAll('-', '_')}`);
  });
});

describe('LIMITS', () => {
  it('are positive, and frozen in every group', () => {
    const groups = Object.values(LIMITS).filter((group) => typeof group === 'object');
    expect(groups.length).toBeGreaterThan(2);
    for (const group of groups) {
      expect(Object.isFrozen(group)).toBe(true);
      for (const limit of Object.values(group)) expect(limit).toBeGreaterThan(0);
    }
    expect(Object.isFrozen(LIMITS)).toBe(true);
  });
});
