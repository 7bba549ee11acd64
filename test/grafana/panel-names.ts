/** The panels' queries with the names that their words have in the code. */
import { CONNECTORS_WORDS } from '../../dashboards/grafana/words/connectors.ts';
import { FLOOR_WORDS } from '../../dashboards/grafana/words/floor.ts';
import { FUNDER_WORDS } from '../../dashboards/grafana/words/funder.ts';
import { MACHINE_WORDS } from '../../dashboards/grafana/words/machine.ts';
import { NETWORK_WORDS } from '../../dashboards/grafana/words/network.ts';
import { PURCHASING_WORDS } from '../../dashboards/grafana/words/purchasing.ts';
import type { DashboardWords } from '../../dashboards/grafana/words.ts';
import { type PanelQuery, panelQueries } from './panel-queries.ts';

/** The words of every dashboard. */
export const WORDS: Readonly<Record<string, DashboardWords>> = {
  floor: FLOOR_WORDS,
  machine: MACHINE_WORDS,
  network: NETWORK_WORDS,
  funder: FUNDER_WORDS,
  connectors: CONNECTORS_WORDS,
  purchasing: PURCHASING_WORDS,
};

/** Every query of every panel, with the panel's name; throws when a panel's title is in no words. */
export function panelsByName(): (PanelQuery & { panel: string })[] {
  return panelQueries().map((one) => {
    const panels = Object.entries(WORDS[one.dashboard]?.panels ?? {});
    const [panel] = panels.find(([, { title }]) => title.en === one.title) ?? [];
    if (panel === undefined) throw new RangeError(`Cannot name the panel "${one.title}": it is in no words`);
    return { ...one, panel };
  });
}
