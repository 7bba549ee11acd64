import path from 'node:path';
import type { Complaint } from '../domain/failure.ts';
import { didYouMean } from '../domain/suggestion.ts';

/** One setting: `--name` on the command line, or `env` in the environment; the command line wins. */
export interface Setting {
  name: string;
  env: string;
  /** What stands for the value in the help; none: it is only read from the environment. */
  value?: string;
  fallback?: string;
  about: string;
}

/** All settings of a running Fabmeter. */
export const SETTINGS = [
  { name: 'data', env: 'FABMETER_DATA', value: 'DIR', fallback: './data', about: 'folder of everything that is kept' },
  { name: 'host', env: 'FABMETER_HOST', value: 'ADDRESS', fallback: '0.0.0.0', about: 'address to listen on' },
  {
    name: 'mqtt-port',
    env: 'FABMETER_MQTT_PORT',
    value: 'PORT',
    fallback: '1883',
    about: 'MQTT port; 0 takes a free one',
  },
  {
    name: 'http-port',
    env: 'FABMETER_HTTP_PORT',
    value: 'PORT',
    fallback: '8080',
    about: 'port of the page and the API, and of MQTT over WebSocket (/mqtt)',
  },
  {
    name: 'mqtts-port',
    env: 'FABMETER_MQTTS_PORT',
    value: 'PORT',
    fallback: '8883',
    about: 'port of MQTT over TLS, when there is a certificate',
  },
  {
    name: 'tls-cert',
    env: 'FABMETER_TLS_CERT',
    value: 'FILE',
    about: 'certificate for MQTT over TLS (PEM), read again when it changes',
  },
  { name: 'tls-key', env: 'FABMETER_TLS_KEY', value: 'FILE', about: 'its private key (PEM)' },
  {
    name: 'registry',
    env: 'FABMETER_REGISTRY',
    value: 'FILE',
    about: 'registry document (YAML or JSON) to apply at the start',
  },
  { name: 'influx-url', env: 'FABMETER_INFLUX_URL', value: 'URL', about: 'InfluxDB to send series to' },
  { name: 'influx-database', env: 'FABMETER_INFLUX_DATABASE', value: 'NAME', about: 'its database or bucket' },
  { name: 'influx-user', env: 'FABMETER_INFLUX_USER', value: 'NAME', about: 'its user' },
  {
    name: 'influx-token',
    env: 'FABMETER_INFLUX_TOKEN',
    value: 'TOKEN',
    about: 'its password or token; better in the environment',
  },
  {
    name: 'pack-after-days',
    env: 'FABMETER_PACK_AFTER_DAYS',
    value: 'DAYS',
    fallback: '3',
    about: 'readings of days that ended so long ago are packed',
  },
  {
    name: 'badge-days',
    env: 'FABMETER_BADGE_DAYS',
    value: 'DAYS',
    fallback: '90',
    about: 'badge events, and what devices sent, are kept so long: 40 to 90 days',
  },
  {
    name: 'log-level',
    env: 'FABMETER_LOG_LEVEL',
    value: 'LEVEL',
    fallback: 'info',
    about: 'trace, debug, info, warn, error, fatal or silent',
  },
  { name: 'admin-token', env: 'FABMETER_ADMIN_TOKEN', about: "an administrator's API token, good while it is set" },
] as const satisfies readonly Setting[];

/** The name of a setting. */
export type SettingName = (typeof SETTINGS)[number]['name'];

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;
/** Values of settings by name, as texts. */
export type Values = Readonly<Partial<Record<SettingName, string>>>;

/** Finds the value of each setting and collects what is wrong. An empty value counts as not given. */
export class SettingReader {
  readonly complaints: Complaint[] = [];
  readonly #flags: Values;
  readonly #env: Environment;
  readonly #fallbacks: Values;

  constructor(flags: Values, env: Environment, fallbacks: Values) {
    this.#flags = flags;
    this.#env = env;
    this.#fallbacks = fallbacks;
  }

  isGiven(name: SettingName): boolean {
    return Boolean(this.#flags[name]) || Boolean(this.#env[settingOf(name).env]);
  }

  text(name: SettingName): string | undefined {
    const setting = settingOf(name);
    return this.#flags[name] || this.#env[setting.env] || (this.#fallbacks[name] ?? setting.fallback);
  }

  file(name: SettingName): string | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : path.resolve(text);
  }

  port(name: SettingName): number {
    const text = this.text(name) ?? '';
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    this.complain(name, `must be a port from 0 to 65535, not "${text}"`);
    return 0;
  }

  /** A whole number from `min` to `max`; `why` says where the limits come from. */
  wholeNumber(name: SettingName, min: number, max: number, why: string): number {
    const text = this.text(name) ?? '';
    const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) return number;
    this.complain(name, `must be a whole number of days from ${min} to ${max}, not "${text}": ${why}`);
    return max;
  }

  choice<T extends string>(name: SettingName, choices: readonly T[]): T {
    const text = this.text(name) ?? '';
    const found = choices.find((choice) => choice === text);
    if (!found) this.complain(name, `must be one of ${choices.join(', ')}, not "${text}"${didYouMean(text, choices)}`);
    return found ?? (choices[0] as T);
  }

  /** Names the setting as it was given: as an option, or as a variable. */
  complain(name: SettingName, message: string): void {
    const setting = settingOf(name);
    const isFromEnv = !this.#flags[name] && Boolean(this.#env[setting.env]);
    this.complaints.push({ path: isFromEnv || setting.value === undefined ? setting.env : `--${name}`, message });
  }
}

function settingOf(name: SettingName): Setting {
  return SETTINGS.find((setting) => setting.name === name) as Setting;
}
