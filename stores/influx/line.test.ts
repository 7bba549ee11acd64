import { Point } from '@influxdata/influxdb-client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEASUREMENTS, type Measurement, type SeriesPoint } from '../../domain/series-points.ts';
import { lineOf } from './line.ts';

const AT = 1_772_438_400_000;

const CASES: [string, SeriesPoint, string][] = [
  [
    'a reading',
    {
      key: { measurement: MEASUREMENTS.power, tags: ['0', 'plug-1', 'lab-1', 'm1'] },
      at: AT,
      values: [123.4, 10234.5],
    },
    `power,channel=0,connector=plug-1,lab=lab-1,machine=m1 w=123.4,wh=10234.5 ${AT}`,
  ],
  [
    'a reading without a counter',
    { key: { measurement: MEASUREMENTS.power, tags: ['total', 'plug-1', 'lab-1', '-'] }, at: AT, values: [-0.5, null] },
    `power,channel=total,connector=plug-1,lab=lab-1,machine=- w=-0.5 ${AT}`,
  ],
  [
    'a counter without power',
    { key: { measurement: MEASUREMENTS.power, tags: ['a', 'plug-1', 'lab-1', 'm1'] }, at: AT, values: [null, 1e21] },
    `power,channel=a,connector=plug-1,lab=lab-1,machine=m1 wh=1e+21 ${AT}`,
  ],
  [
    'a state',
    { key: { measurement: MEASUREMENTS.activity, tags: ['laser', 'lab-1', 'm1'] }, at: AT, values: ['running', 2] },
    `activity,kind=laser,lab=lab-1,machine=m1 state="running",code=2i ${AT}`,
  ],
  [
    'a session without energy',
    {
      key: { measurement: MEASUREMENTS.session, tags: ['public', 'idle', 'laser', 'lab-1', 'm1'] },
      at: AT,
      values: [3600, 12.5, null, 1, 0],
    },
    `session,audience=public,end_cause=idle,kind=laser,lab=lab-1,machine=m1 seconds=3600,running_s=12.5,sessions=1i,doubtful=0i ${AT}`,
  ],
  [
    'tags with spaces, commas and equals signs',
    { key: { measurement: MEASUREMENTS.connector, tags: ['a b,c=d', 'é\n"x"'] }, at: AT, values: [1] },
    `connector,connector=a\\ b\\,c\\=d,lab=é\\n"x" online=1i ${AT}`,
  ],
  [
    'tags that end in backslashes, which cannot be escaped, and empty ones, which would be missing',
    { key: { measurement: MEASUREMENTS.connector, tags: ['a\\\\', ''] }, at: AT, values: [0] },
    `connector,connector=a,lab=- online=0i ${AT}`,
  ],
  [
    'texts with quotes and backslashes',
    { key: { measurement: MEASUREMENTS.activity, tags: ['k', 'l', 'm'] }, at: AT, values: ['a "b" \\', -1] },
    `activity,kind=k,lab=l,machine=m state="a \\"b\\" \\\\",code=-1i ${AT}`,
  ],
];

describe('lineOf()', () => {
  it.each(CASES)('writes %s', (_what, point, line) => {
    expect(lineOf(point)).toBe(line);
  });

  it('writes what the client of InfluxDB writes', () => {
    const measurements: Measurement[] = Object.values(MEASUREMENTS);
    const value = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0));
    const property = fc.property(
      fc.constantFrom(...measurements),
      fc.array(
        fc.string({ minLength: 1 }).filter((text) => !text.endsWith('\\')),
        { minLength: 5, maxLength: 5 },
      ),
      fc.array(value, { minLength: 30, maxLength: 30 }),
      (measurement, tags, numbers) => {
        const values = measurement.fields.map(({ type }, index) =>
          type === 'float'
            ? numbers[index]!
            : type === 'integer'
              ? Math.trunc(numbers[index]! % 1e9) + 0
              : String(numbers[index]),
        );
        const point = new Point(measurement.name).timestamp(String(AT));
        for (const [index, tag] of measurement.tags.entries()) point.tag(tag, tags[index]!);
        for (const [index, { name, type }] of measurement.fields.entries()) {
          if (type === 'string') point.stringField(name, values[index]);
          else if (type === 'integer') point.intField(name, values[index]);
          else point.floatField(name, values[index]);
        }
        const fieldsOf = (line: string) => [...line.slice(line.lastIndexOf(' '))].join('') + [...line].sort().join('');
        const ours = lineOf({ key: { measurement, tags: tags.slice(0, measurement.tags.length) }, at: AT, values });
        expect(fieldsOf(ours)).toBe(fieldsOf(point.toLineProtocol() as string));
      },
    );
    fc.assert(property, { numRuns: 200 });
  });
});
