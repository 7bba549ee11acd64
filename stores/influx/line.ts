import { escape as escapes } from '@influxdata/influxdb-client';
import { NO_TAG, type SeriesKey, type SeriesPoint } from '../../domain/series-points.ts';

/** A backslash before the comma or space that ends a value would escape it, and no escape for a backslash exists. */
const TRAILING_BACKSLASHES = /\\+$/;

const heads = new WeakMap<SeriesKey, string>();

/** One point as a line of InfluxDB's line protocol, in milliseconds. Numbers must be finite. */
export function lineOf({ key, at, values }: SeriesPoint): string {
  const { fields } = key.measurement;
  let text = headOf(key);
  let separator = ' ';
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] as (typeof fields)[number];
    const value = values[index];
    if (value === null || value === undefined) continue;
    text += `${separator}${field.name}=`;
    if (typeof value === 'string') text += escapes.quoted(value);
    else text += field.type === 'integer' ? `${value}i` : value;
    separator = ',';
  }
  return `${text} ${at}`;
}

function headOf(key: SeriesKey): string {
  const known = heads.get(key);
  if (known !== undefined) return known;
  const { name, tags } = key.measurement;
  const head = [
    escapes.measurement(name),
    ...tags.map((tag, index) => `${escapes.tag(tag)}=${tagValue(key.tags[index] ?? '')}`),
  ].join(',');
  heads.set(key, head);
  return head;
}

/** An empty value would be a missing tag: the set of tags is the same on every point. */
function tagValue(value: string): string {
  return escapes.tag(value.replace(TRAILING_BACKSLASHES, '') || NO_TAG);
}
