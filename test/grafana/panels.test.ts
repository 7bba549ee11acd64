import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALERTS, alertQuery } from '../../dashboards/grafana/alerts.ts';
import { HOUR_MS, startOfPeriod } from '../../domain/time.ts';
import { Influxd, NO_INFLUXD } from '../influx/influxd.ts';
import { badlyObserved, CHOSEN, expectedPanels } from './expected-panels.ts';
import { panelsByName, WORDS } from './panel-names.ts';
import { asGrafana, type Chosen, choiceQueries } from './panel-queries.ts';
import { figures, type Row } from './rows.ts';
import { lineOfPoint, MACHINES, NOW, seededPoints } from './seeded-year.ts';

const LINES_PER_BODY = 5000;
const ZONE = 'Europe/Paris';

/** A week that begins within an hour of Monday's midnight: where clocks changed before, InfluxDB names it an hour beside. */
function ofItsWeek(row: Row): Row {
  return { ...row, time: startOfPeriod(Number(row.time) + 2 * HOUR_MS, 'week', ZONE) };
}

/**
 * InfluxDB also puts the hour at the end of a week in which clocks changed into the wrong one of two weeks
 * (docs/decisions/0041-usage-hour-fields.md): of sums, these two weeks are compared together.
 */
function withoutClockChange(sums: Map<string, number>): Map<string, number> {
  const joined = new Map<string, number>();
  for (const [name, value] of sums) {
    const [, tags = '', time = ''] = /^(.* )?(\d+)$/.exec(name) ?? [];
    const before = startOfPeriod(Number(time) - 1, 'week', ZONE);
    const isAfterChange = Number(time) - before !== 7 * 24 * HOUR_MS;
    const kept = isAfterChange ? `${tags}${before}` : name;
    joined.set(kept, (joined.get(kept) ?? 0) + value);
  }
  return joined;
}

const points = seededPoints();
const expected = expectedPanels(points);
const queries = panelsByName();

describe('what the panels must show', () => {
  it('is written down for every query of every panel', () => {
    expect(queries.length).toBeGreaterThan(40);
    const missing = queries.filter(
      ({ dashboard, panel, refId }) => !expected[dashboard]?.[panel]?.some((one) => one.refId === refId),
    );
    expect(missing).toEqual([]);
    const shown = new Set(queries.map(({ dashboard, panel }) => `${dashboard}.${panel}`));
    const named = Object.entries(WORDS).flatMap(([dashboard, { panels }]) =>
      Object.keys(panels).map((panel) => `${dashboard}.${panel}`),
    );
    expect([...shown].sort()).toEqual(named.sort());
  });
});

describe.skipIf(NO_INFLUXD !== undefined)(`panels on Debian's InfluxDB ${NO_INFLUXD ?? ''}`, () => {
  let influxd: Influxd;

  beforeAll(async () => {
    influxd = await Influxd.start();
    for (let from = 0; from < points.length; from += LINES_PER_BODY) {
      const body = points
        .slice(from, from + LINES_PER_BODY)
        .map(lineOfPoint)
        .join('\n');
      const answer = await fetch(`${influxd.url}/write?db=${influxd.database}&precision=ms`, { method: 'POST', body });
      expect(answer.status, await answer.text()).toBe(204);
    }
  });
  afterAll(() => influxd?.stop());

  it.each(queries)('$dashboard: $title ($refId) shows what was seeded', async ({ dashboard, panel, refId, query }) => {
    const rows = await influxd.query(asGrafana(query, CHOSEN[dashboard] as Chosen));
    const checks = (expected[dashboard]?.[panel] ?? []).filter((one) => one.refId === refId);
    expect(checks.length).toBeGreaterThan(0);
    for (const { by, figure, figures: seeded } of checks) {
      expect(seeded.size).toBeGreaterThan(0);
      const isByWeek = query.includes('time(7d');
      const isSumByWeek = isByWeek && figure.startsWith('sum');
      const answered = figures(isByWeek ? rows.map(ofItsWeek) : rows, by, figure);
      const [found, wanted] = [answered, seeded].map((one) => (isSumByWeek ? withoutClockChange(one) : one));
      expect([...found!.keys()].sort()).toEqual([...wanted!.keys()].sort());
      for (const [name, value] of wanted!) expect(found!.get(name), `${figure} of ${name}`).toBeCloseTo(value, 6);
    }
  });

  it('shows other figures for another lab', async () => {
    const [first] = queries.filter(({ panel, dashboard }) => dashboard === 'funder' && panel === 'hours');
    const of = (lab: string) =>
      influxd.number(asGrafana(first?.query ?? '', { ...(CHOSEN.funder as Chosen), variables: { lab } }));
    const [pasteur, ker, both] = [await of('pasteur'), await of('ker'), await of('(pasteur|ker)')];
    expect(pasteur).toBeGreaterThan(0);
    expect(ker).toBeGreaterThan(0);
    expect(pasteur + ker).toBeCloseTo(both, 6);
    expect(await of('nowhere')).toBe(0);
  });

  it.each(choiceQueries())('offers what is there: $name of $dashboard', async ({ dashboard, name, query }) => {
    const rows = await influxd.query(asGrafana(query, CHOSEN[dashboard] as Chosen));
    const there = MACHINES.filter(({ now }) => now !== null).map((machine) => machine[name as 'lab']);
    expect(rows.map(({ value }) => value).sort()).toEqual([...new Set(there)].sort());
  });

  const RINGS: Record<string, { of: string; for: string[] }> = {
    'fabmeter-silent-connector': { of: 'connector', for: ['plug-printer-1'] },
    'fabmeter-nothing-arrives': { of: 'states', for: [] },
    'fabmeter-badly-observed': { of: 'machine', for: badlyObserved(points, NOW - 7 * 24 * HOUR_MS, 0.9) },
  };

  it.each(ALERTS)('rings for what was seeded: $uid', async (alert) => {
    const { uid, below } = alert;
    const rows = await influxd.query(alertQuery(alert).replaceAll('now()', `${NOW}ms`));
    const ringing = rows.filter((row) => Number(row.online ?? row.states ?? row.coverage) < below);
    expect(rows.length).toBeGreaterThan(ringing.length);
    const rings = RINGS[uid];
    expect(ringing.map((row) => `${row[rings?.of ?? '']}`).sort()).toEqual(rings?.for.sort());
  });

  it('rings for somebody', () => {
    expect(RINGS['fabmeter-badly-observed']?.for.length).toBeGreaterThan(0);
  });
});
