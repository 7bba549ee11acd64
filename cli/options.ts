import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RegistryPlace } from './registry-access.ts';
import { type Environment, SETTINGS, type Setting, type SettingName } from './settings.ts';

/** Options of a command by their names in the code (`mqttPort` of commander is put back to `mqtt-port`). */
export type Options = Partial<Record<string, string>>;

/** Adds the settings of a running Fabmeter to a command. Defaults stay with the settings: commander only knows what was given. */
export function addServerOptions(command: Command): Command {
  addSettings(
    command,
    SETTINGS.map(({ name }) => name),
  );
  const hidden = (SETTINGS as readonly Setting[]).filter(({ value }) => value === undefined);
  return command.addHelpText(
    'after',
    `\nOnly in the environment:\n${hidden.map(({ env, about }) => `  ${env}  ${about}`).join('\n')}`,
  );
}

/** Adds the named settings to a command that needs only these. */
export function addSettings(command: Command, names: readonly SettingName[]): Command {
  for (const { name, env, value, fallback, about } of SETTINGS as readonly Setting[]) {
    if (value === undefined || !(names as readonly string[]).includes(name)) continue;
    const help = `${about} (${env}${fallback === undefined ? '' : `, else ${fallback}`})`;
    command.addOption(new NamedOption(`--${name} <${value}>`, help));
  }
  return command;
}

/** Keeps the name of an option as it is written, so that it is the name of its setting. */
class NamedOption extends Option {
  override attributeName(): string {
    return this.name();
  }
}

/** Where `apply` and `export` find the registry: at `--url`, else in the data folder. */
export function placeOf(options: Options, env: Environment): RegistryPlace {
  const url = options.url || env.FABMETER_URL;
  if (url) return { url, token: options.token || env.FABMETER_TOKEN || env.FABMETER_ADMIN_TOKEN };
  return { dataFolder: dataFolderOf(options, env) };
}

/** The data folder of a command that works without a running Fabmeter; absolute. */
export function dataFolderOf(options: Options, env: Environment): string {
  return path.resolve(options.data || env.FABMETER_DATA || './data');
}

/** Reads a whole number from 0 on. */
export function wholeNumber(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 9999.');
}
