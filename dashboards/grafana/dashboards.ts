import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { connectors } from './connectors.ts';
import { floor } from './floor.ts';
import { funder } from './funder.ts';
import { machine } from './machine.ts';
import { network } from './network.ts';
import { provisioningFiles } from './provisioning.ts';
import { purchasing } from './purchasing.ts';
import { LANGUAGES, type Language } from './words.ts';

/** Every dashboard, in reading order. */
export const DASHBOARDS: Readonly<Record<string, (language: Language) => Dashboard>> = {
  '1-floor': floor,
  '2-machine': machine,
  '3-network': network,
  '4-funder': funder,
  '5-connectors': connectors,
  '6-purchasing': purchasing,
};

/** Every file that is committed for Grafana, by its path below this folder. */
export function grafanaFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const language of LANGUAGES) {
    for (const [name, build] of Object.entries(DASHBOARDS))
      files.set(`out/${language}/${name}.json`, `${JSON.stringify(build(language), null, 2)}\n`);
  }
  for (const [name, text] of provisioningFiles()) files.set(`provisioning/${name}`, text);
  return files;
}
