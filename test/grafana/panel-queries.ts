/** The committed dashboards' queries, with their variables put in as Grafana does. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, '../../dashboards/grafana/out/en');

/** One query of one panel. */
export interface PanelQuery {
  dashboard: string;
  title: string;
  refId: string;
  query: string;
}

/** What is chosen above a dashboard. A list: what several choices, or `.*`, become in a regular expression. */
export interface Chosen {
  from: number;
  to: number;
  /** What `$__interval` is. */
  interval: string;
  variables: Record<string, string | readonly string[]>;
}

interface Dashboard {
  panels: { title: string; targets?: { refId: string; query: string }[] }[];
  templating: { list: { name: string; type: string; query: string }[] };
}

function dashboards(): [string, Dashboard][] {
  return readdirSync(FOLDER)
    .sort()
    .map((name) => [name.replace(/^\d-|\.json$/g, ''), JSON.parse(readFileSync(path.join(FOLDER, name), 'utf8'))]);
}

/** Every query of every panel of the English dashboards. */
export function panelQueries(): PanelQuery[] {
  return dashboards().flatMap(([dashboard, { panels }]) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ refId, query }) => ({ dashboard, title, refId, query })),
    ),
  );
}

/** The queries that fill the choices above the dashboards. */
export function choiceQueries(): { dashboard: string; name: string; query: string }[] {
  return dashboards().flatMap(([dashboard, { templating }]) =>
    templating.list.filter(({ type }) => type === 'query').map(({ name, query }) => ({ dashboard, name, query })),
  );
}

/** A query as Grafana sends it; throws when a variable is not known. */
export function asGrafana(query: string, { from, to, interval, variables }: Chosen): string {
  return query.replaceAll(/\$\{(\w+)\}|\$(\w+)/g, (_whole, inBraces?: string, plain?: string) => {
    const name = inBraces ?? plain ?? '';
    if (name === 'timeFilter') return `time >= ${from}ms and time <= ${to}ms`;
    if (name === '__from') return `${from}`;
    if (name === '__to') return `${to}`;
    if (name === '__interval') return interval;
    const value = variables[name];
    if (value === undefined) throw new RangeError(`Cannot fill in the query: $${name} is not known`);
    return typeof value === 'string'
      ? value
      : `(${value.map((one) => one.replaceAll(/[\\^$*+?.()|[\]{}/]/g, '\\$&')).join('|')})`;
  });
}
