import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const css = readFileSync(path.join(import.meta.dirname, 'colours.css'), 'utf8');
const colours = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name,
    [light, dark] as const,
  ]),
);

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// [mark, what it lies on, least contrast]: 4.5 for text, 3 for marks.
const PAIRS = [
  ...['ink', 'soft', 'link', 'trouble'].flatMap((text) => [
    [text, 'ground', 4.5] as const,
    [text, 'card', 4.5] as const,
  ]),
  ...['running', 'standby-edge', 'off-edge', 'hatch', 'fault', 'maintenance-edge', 'focus', 'field'].flatMap((mark) => [
    [mark, 'ground', 3] as const,
    [mark, 'card', 3] as const,
  ]),
  ['hatch', 'hatch-ground', 4.5] as const,
  ['fault-mark', 'fault', 3] as const,
  ['maintenance-mark', 'maintenance', 3] as const,
  ['standby-edge', 'standby', 3] as const,
];

it('has pairs', () => expect(PAIRS.length).toBeGreaterThan(0));
it.each(PAIRS)('%s on %s has a contrast of at least %d, light and dark', (mark, ground, least) => {
  const [on, under] = [colours.get(mark), colours.get(ground)];
  for (const look of [0, 1] as const)
    expect(contrast(on?.[look] ?? '', under?.[look] ?? '')).toBeGreaterThanOrEqual(least);
});
