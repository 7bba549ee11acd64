import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Knowledge, Translation } from '../domain/event.ts';
import { FIRMWARES } from '../domain/registry.ts';
import { TRANSLATORS, translatorOf } from './translators.ts';

interface Fixture {
  description: string;
  message: { topic: string; payload: string; payload_encoding?: 'base64'; retain: boolean };
  known?: Knowledge;
  expect: Partial<Translation>;
}

const FOLDER = new URL('./fixtures/', import.meta.url);

function fixturesOf(firmware: string): [string, Fixture][] {
  const folder = new URL(`${firmware}/`, FOLDER);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.map((name) => [name, JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Fixture]);
}

describe('the translators', () => {
  it('are one for each firmware that the registry knows', () => {
    expect(TRANSLATORS.map((translator) => translator.firmware).sort()).toEqual([...FIRMWARES].sort());
  });
});

describe.each(FIRMWARES)('the translator of %s', (firmware) => {
  const fixtures = fixturesOf(firmware);

  it('has fixtures for the normal and the bad', () => {
    const names = fixtures.map(([name]) => name);
    const needed = ['normal', 'idle', 'missing-optional', 'unknown-extra', 'truncated', 'wrong-type', 'out-of-range'];
    expect(names).toEqual(expect.arrayContaining(needed.map((name) => `${name}.json`)));
  });

  it.each(fixtures)('reads %s', (_name, { message, known, expect: expected }) => {
    const payload = Buffer.from(message.payload, message.payload_encoding ?? 'utf8');
    const { topic, retain } = message;
    const translation = translatorOf(firmware).translate({ topic, payload, retain }, known);
    if (expected.outcome === 'quarantined') {
      expect(translation).toMatchObject(expected);
      expect((translation as { detail: string }).detail).toMatch(/^["A-Z].*\.$/s);
    } else expect(translation).toEqual(expected);
  });
});
