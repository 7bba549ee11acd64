import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../../cli/settings.ts';
import { DASHBOARDS_FOLDER } from '../../dashboards/grafana/provisioning.ts';
import { ROOT } from './programs.ts';

const DEPLOY = path.join(ROOT, 'deploy');

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  environment: Record<string, string>;
  ports?: string[];
  volumes: string[];
  cap_drop: string[];
  security_opt: string[];
  restart: string;
  mem_limit: string;
  [key: string]: unknown;
}

/** The keys of a service that the Compose specification has and this file may use. */
const KNOWN_KEYS = [
  ...['build', 'cap_add', 'cap_drop', 'environment', 'healthcheck', 'image', 'logging', 'mem_limit', 'ports'],
  ...['read_only', 'restart', 'security_opt', 'stop_grace_period', 'tmpfs', 'volumes'],
];

const text = readFileSync(path.join(DEPLOY, 'compose.yaml'), 'utf8');
const compose = parse(text, { merge: true }) as { services: Record<string, Service>; volumes: Record<string, null> };
const services = Object.entries(compose.services).map(([name, service]) => ({ name, service }));
const example = readFileSync(path.join(DEPLOY, 'example.env'), 'utf8');
const exampleNames = [...example.matchAll(/^(\w+)=/gm)].map(([, name]) => name);

describe('compose.yaml', () => {
  it('has Fabmeter, InfluxDB and Grafana', () => {
    expect(services.map(({ name }) => name)).toEqual(['fabmeter', 'influxdb', 'grafana']);
  });

  it.each(services)('$name: nothing that Compose does not know, and no more rights than needed', ({ service }) => {
    expect(Object.keys(service).filter((key) => !KNOWN_KEYS.includes(key))).toEqual([]);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.restart).toBe('unless-stopped');
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
  });

  it.each(services)('$name: an image that says which, or a build that is there', ({ service }) => {
    if (service.build)
      expect(existsSync(path.join(DEPLOY, service.build.context, service.build.dockerfile))).toBe(true);
    else expect(service.image).toMatch(/:\d+\.\d+/);
  });

  it.each(services)('$name: volumes that are declared, folders that are there', ({ service }) => {
    for (const volume of service.volumes) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) {
        expect(existsSync(path.join(DEPLOY, source)), source).toBe(true);
        expect(volume).toMatch(/:ro$/);
      } else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it.each(services)('$name: only MQTT is open to the house', ({ service }) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^(127\.0\.0\.1:\d+:\d+|1883:1883)$/);
  });

  it.each(services)('$name: no value that YAML takes for something else than text', ({ service }) => {
    expect(Object.values(service.environment).filter((value) => typeof value !== 'string')).toEqual([]);
  });

  it('takes every secret from the environment, and the example names each', () => {
    const asked = new Set([...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));
    expect([...asked].sort()).toEqual([...exampleNames].sort());
    expect(text.match(/\$\{\w+\}/)).toBeNull();
    for (const { service } of services) {
      for (const [name, value] of Object.entries(service.environment))
        if (/TOKEN|PASSWORD/.test(name)) expect(value, name).toMatch(/^\$\{\w+:\?/);
    }
  });

  it('gives Fabmeter settings that it has', () => {
    const known: string[] = SETTINGS.map(({ env }) => env);
    const given = Object.keys(compose.services.fabmeter?.environment ?? {});
    expect(given.length).toBeGreaterThan(0);
    expect(given.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('gives Grafana what its provisioning asks for, where it looks', () => {
    const { environment = {}, volumes = [] } = compose.services.grafana ?? {};
    const asked = readFileSync(path.join(ROOT, 'dashboards/grafana/provisioning/datasources/fabmeter.yaml'), 'utf8');
    const names = [...asked.matchAll(/\$(\w+)/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => environment[name] === undefined)).toEqual([]);
    const targets = volumes.map((volume) => volume.split(':')[1]);
    expect(targets).toContain('/etc/grafana/provisioning');
    expect(targets).toContain(DASHBOARDS_FOLDER);
  });

  it('lets Fabmeter and InfluxDB agree', () => {
    const [ours, theirs] = [compose.services.fabmeter?.environment, compose.services.influxdb?.environment];
    expect(theirs?.INFLUXDB_DB).toBe(ours?.FABMETER_INFLUX_DATABASE);
    expect(theirs?.INFLUXDB_USER).toBe(ours?.FABMETER_INFLUX_USER);
    expect(theirs?.INFLUXDB_USER_PASSWORD).toBe(ours?.FABMETER_INFLUX_TOKEN);
  });
});

describe('Containerfile', () => {
  const lines = readFileSync(path.join(DEPLOY, 'Containerfile'), 'utf8').split('\n');
  const valuesOf = (instruction: string) =>
    lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));
  const lastStage = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  it('starts what is there', () => {
    const [entry = '[]'] = valuesOf('ENTRYPOINT');
    const files = (JSON.parse(entry) as string[]).map((file) => file.replace('/opt/fabmeter', ROOT));
    expect(files).toHaveLength(2);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    expect(JSON.parse(valuesOf('CMD')[0] ?? '[]')).toEqual(['start', '--data', '/data']);
  });

  it('runs as a user of its own, who owns the data', () => {
    expect(lastStage).toContain('USER fabmeter');
    expect(lastStage).toContain('VOLUME /data');
    expect(lastStage.some((line) => line.includes('install -d -o fabmeter'))).toBe(true);
  });

  it('opens the ports that Fabmeter listens on', () => {
    const ports = SETTINGS.flatMap((setting) => (setting.name.endsWith('-port') ? [setting] : []));
    const defaults = ports.flatMap((setting) => ('fallback' in setting ? [setting.fallback] : []));
    expect(valuesOf('EXPOSE')[0]?.split(' ').sort()).toEqual(defaults.sort());
  });

  it('says of each image which', () => {
    expect(valuesOf('FROM').length).toBe(2);
    for (const image of valuesOf('FROM')) expect(image).toMatch(/^docker\.io\/library\/\w+:[\w.-]+( AS \w+)?$/);
  });

  it('takes no secrets and no data along', () => {
    const left = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8').split('\n');
    for (const name of ['.git', 'node_modules', 'data', 'deploy/.env']) expect(left).toContain(name);
  });
});
