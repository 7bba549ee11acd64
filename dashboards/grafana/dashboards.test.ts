import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { EndCause } from '../../domain/layers.ts';
import { MEASUREMENTS } from '../../domain/series-points.ts';
import { grafanaFiles } from './dashboards.ts';
import { END_CAUSES } from './words/shared.ts';
import { say } from './words.ts';

interface Panel {
  id: number;
  type: string;
  title: string;
  description: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { uid: string };
  targets?: { refId: string; query: string; datasource: { uid: string } }[];
  fieldConfig: { defaults: { unit?: string } };
  options?: { content?: string };
}

interface Dashboard {
  uid: string;
  title: string;
  tags: string[];
  panels: Panel[];
  templating: { list: { name: string; type: string; query: string; label: string }[] };
}

const files = grafanaFiles();
const dashboards = [...files]
  .filter(([name]) => name.endsWith('.json'))
  .map(([name, text]) => ({ name, text, dashboard: JSON.parse(text) as Dashboard }));
const queries = dashboards.flatMap(({ name, dashboard }) =>
  dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, query }) => ({ name: `${name} ${title} ${refId}`, query, dashboard })),
  ),
);

function provisioned(name: string): unknown {
  return parse(files.get(`provisioning/${name}`) ?? '');
}

function filesBelow(folder: string): string[] {
  return readdirSync(path.join(import.meta.dirname, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(import.meta.dirname, path.join(entry.parentPath, entry.name)));
}

/** What Grafana itself puts into a query. */
function isOfGrafana(name: string): boolean {
  return name === 'timeFilter' || name.startsWith('__') || name.startsWith('tag_');
}

describe('the dashboards', () => {
  it('are there in both languages', () => {
    expect(dashboards).toHaveLength(12);
    expect(queries.length).toBeGreaterThan(80);
  });

  it('are committed as they are built: run "npm run build:grafana"', () => {
    expect([...filesBelow('out'), ...filesBelow('provisioning')].sort()).toEqual([...files.keys()].sort());
    const stale = [...files].filter(
      ([name, text]) => readFileSync(path.join(import.meta.dirname, name), 'utf8') !== text,
    );
    expect(stale.map(([name]) => name)).toEqual([]);
  });

  it('have uids that no other has', () => {
    const uids = dashboards.map(({ dashboard }) => dashboard.uid);
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids.every((uid) => /^[a-z0-9-]{1,40}$/.test(uid))).toBe(true);
  });

  it('are the same in each language but for the words', () => {
    const shapeOf = (language: string) =>
      dashboards
        .filter(({ name }) => name.startsWith(`out/${language}/`))
        .map(({ dashboard }) =>
          dashboard.panels.map(({ id, type, gridPos, targets }) => ({
            id,
            type,
            gridPos,
            queries: targets?.map(({ query }) => query),
          })),
        );
    expect(shapeOf('fr')).toEqual(shapeOf('en'));
    const titles = (language: string) =>
      dashboards.filter(({ name }) => name.startsWith(`out/${language}/`)).map(({ dashboard }) => dashboard.title);
    expect(titles('fr').some((title) => titles('en').includes(title))).toBe(false);
  });
});

describe.each(dashboards)('$name', ({ dashboard }) => {
  it('has panel ids that no other panel has', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => Number.isInteger(id) && id > 0)).toBe(true);
  });

  it('has no panels over each other or beside the grid', () => {
    const cells = new Map<string, number>();
    for (const { id, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(cells.get(`${x},${y}`), `panel ${id} at ${x},${y}`).toBeUndefined();
          cells.set(`${x},${y}`, id);
        }
      }
    }
  });

  it('begins with how to read it', () => {
    const [first, ...others] = dashboard.panels;
    expect(first?.type).toBe('text');
    expect(first?.options?.content?.length).toBeGreaterThan(100);
    expect(others.every(({ type }) => type !== 'text')).toBe(true);
  });

  it('says of each panel what it asks, what its figures mean and their unit', () => {
    for (const panel of dashboard.panels.slice(1)) {
      expect(panel.title, `panel ${panel.id}`).toMatch(/\?$/);
      expect(panel.description.length, panel.title).toBeGreaterThan(20);
      expect(panel.fieldConfig.defaults.unit, panel.title).toBeTruthy();
      expect(panel.targets?.length, panel.title).toBeGreaterThan(0);
    }
    const titles = dashboard.panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('declares each variable that it uses, and uses each that it declares', () => {
    const declared = dashboard.templating.list.map(({ name }) => name);
    const texts = [
      ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ query }) => query)),
      ...dashboard.templating.list.filter(({ type }) => type === 'query').map(({ query }) => query),
    ];
    const names = texts.flatMap((text) => [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name));
    const used = new Set(names.filter((name) => !isOfGrafana(name)));
    expect([...used].sort()).toEqual([...declared].sort());
  });

  it('asks only the source that is provisioned', () => {
    const { datasources } = provisioned('datasources/fabmeter.yaml') as { datasources: { uid: string }[] };
    const known = datasources.map(({ uid }) => uid);
    const asked = dashboard.panels.flatMap(({ datasource, targets = [] }) => [
      ...(datasource ? [datasource.uid] : []),
      ...targets.map((target) => target.datasource.uid),
    ]);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((uid) => !known.includes(uid))).toEqual([]);
  });

  it('gives each query of a panel a letter of its own', () => {
    for (const { targets = [], title } of dashboard.panels) {
      const letters = targets.map(({ refId }) => refId);
      expect(new Set(letters).size, title).toBe(letters.length);
    }
  });
});

describe('each query', () => {
  /** Names that the queries make themselves, with `AS`. */
  const madeIn = (query: string) => [...query.matchAll(/AS "(\w+)"/g)].map(([, name]) => name);

  it.each(queries)('$name asks for series that are exported, within the time chosen', ({ query }) => {
    const [, measurement = ''] = /FROM "(\w+)"/.exec(query) ?? [];
    const known = Object.values(MEASUREMENTS).find(({ name }) => name === measurement);
    expect(known, measurement).toBeDefined();
    const names = [...query.matchAll(/"(\w+)"/g)].map(([, name = '']) => name);
    const exported = [measurement, ...(known?.tags ?? []), ...(known?.fields.map(({ name }) => name) ?? [])];
    expect(names.filter((name) => !exported.includes(name) && !madeIn(query).includes(name))).toEqual([]);
    expect(query).toMatch(/\$timeFilter|\$\{__to\}ms/);
  });

  it.each(queries)('$name never counts points of sessions or hours: some hold zeros', ({ query }) => {
    if (/FROM "(session|usage_hour)"/.test(query)) expect(query).not.toMatch(/count\(|mean\(/);
  });
});

describe('the provisioning', () => {
  it('has one folder for each language, where the dashboards are', () => {
    const { providers } = provisioned('dashboards/fabmeter.yaml') as {
      providers: { folderUid: string; options: { path: string } }[];
    };
    expect(providers.map(({ options }) => path.basename(options.path))).toEqual(['fr', 'en']);
    expect(new Set(providers.map(({ folderUid }) => folderUid)).size).toBe(2);
  });

  it('has alert rules of the provisioned source, without signs that Grafana might replace', () => {
    const { groups } = provisioned('alerting/fabmeter.yaml') as {
      groups: { rules: { uid: string; condition: string; data: { refId: string; datasourceUid: string }[] }[] }[];
    };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(0);
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
    for (const { condition, data } of rules) {
      expect(data.map(({ refId }) => refId)).toContain(condition);
      expect(data.map(({ datasourceUid }) => datasourceUid)).toEqual(['fabmeter-influxdb', '__expr__', '__expr__']);
    }
    const text = files.get('provisioning/alerting/fabmeter.yaml') ?? '';
    expect(text).toContain('now() - ');
    expect(text).not.toContain('$');
  });

  it('keeps no address and no secret', () => {
    const text = files.get('provisioning/datasources/fabmeter.yaml') ?? '';
    expect(text).toMatch(/basicAuthPassword: \$FABMETER_INFLUX_TOKEN/);
    expect(text).not.toMatch(/https?:/);
  });
});

describe('the words', () => {
  it('know every cause that closes a session', () => {
    const known: Record<Exclude<EndCause, 'open'>, unknown> = END_CAUSES;
    expect(Object.keys(known).length).toBeGreaterThan(0);
  });

  it.each([
    ['Qui a tourné, et quand ?', 'Qui a tourné, et quand\u202f?'],
    ['Sous 90 % : attendre ; « oui »', 'Sous 90\u202f%\u00a0: attendre\u202f; «\u202foui\u202f»'],
  ])('have the spaces of French: %j', (fr, set) => {
    expect(say({ fr, en: fr }, 'fr')).toBe(set);
    expect(say({ fr, en: fr }, 'en')).toBe(fr);
  });
});
