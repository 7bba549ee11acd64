import {
  CustomVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE } from './datasource.ts';
import { CHOICES } from './words/shared.ts';
import { type Language, say } from './words.ts';

/** The zones that are offered; another may be typed. Days and weeks begin in them. */
export const ZONES = [
  'Europe/Paris',
  'Europe/Brussels',
  'Indian/Reunion',
  'America/Martinique',
  'America/Cayenne',
  'UTC',
];

/** The choices that a dashboard may offer. */
export type Choice = keyof typeof CHOICES;

const QUERIES: Record<Exclude<Choice, 'zone'>, { query: string; isMany: boolean }> = {
  lab: { query: 'SHOW TAG VALUES FROM "activity" WITH KEY = "lab"', isMany: true },
  kind: { query: 'SHOW TAG VALUES FROM "activity" WITH KEY = "kind" WHERE "lab" =~ /^$lab$/', isMany: true },
  machine: { query: 'SHOW TAG VALUES FROM "activity" WITH KEY = "machine" WHERE "lab" =~ /^$lab$/', isMany: false },
};

/** The variable of one choice above a dashboard. */
export function variable(choice: Choice, language: Language): QueryVariableBuilder | CustomVariableBuilder {
  const label = say(CHOICES[choice], language);
  if (choice === 'zone') {
    const [first = 'UTC'] = ZONES;
    return new CustomVariableBuilder(choice)
      .label(label)
      .values(ZONES.join(','))
      .options(ZONES.map((zone) => ({ text: zone, value: zone, selected: zone === first })))
      .current({ text: first, value: first, selected: true });
  }
  const { query, isMany } = QUERIES[choice];
  const found = new QueryVariableBuilder(choice)
    .label(label)
    .datasource(DATASOURCE)
    .query(query)
    .definition(query)
    .refresh(VariableRefresh.OnDashboardLoad)
    .sort(VariableSort.NaturalAsc)
    .multi(isMany)
    .includeAll(isMany);
  return isMany ? found.allValue('.*').current({ text: ['All'], value: ['$__all'], selected: true }) : found;
}
