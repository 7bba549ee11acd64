import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../domain/failure.ts';
import { parseRegistry, type RegistryFile, readRegistryFile } from './registry-file.ts';

const TEXT = `network: { id: labfab, name: LabFab }
labs:
  - id: pasteur
    timezone: Europe/Paris
machines:
  - { id: laser-1,
      lab: pasteur }
  - { id: mill-1, lab: pasteurr,
      signature: { standbyW: 20,
        runingW: 120 } }
`;

describe('parseRegistry()', () => {
  const file = parseRegistry(TEXT, 'lab.yaml') as RegistryFile;

  it.each([
    ['network', 1],
    ['labs[0].timezone', 4],
    ['labs[0].name', 3],
    ['machines[0].lab', 7],
    ['machines[1]', 8],
    ['machines[1].lab', 8],
    ['machines[1].signature.runingW', 10],
    ['members', 1],
    ['document', 1],
  ])('finds the line of %s', (place, line) => {
    expect(file.lineOf(place)).toBe(line);
  });

  it('keeps dates as texts', () => {
    expect(parseRegistry('since: 2024-01-01', 'x')).toMatchObject({ document: { since: '2024-01-01' } });
  });

  it('reads JSON', () => {
    expect(parseRegistry('{"network":{"id":"a"}}', 'x')).toMatchObject({ document: { network: { id: 'a' } } });
  });

  it('reads a large document of JSON as a small one, with its lines', () => {
    const machines = Array.from({ length: 3000 }, (_, n) => ({
      id: `laser-${n}`,
      lab: 'pasteur',
      name: 'Découpe "1"',
    }));
    const text = JSON.stringify({ network: { id: 'a' }, machines }, null, 1);
    const file = parseRegistry(text, 'x') as RegistryFile;
    expect(text.length).toBeGreaterThan(200_000);
    expect(file.document).toEqual({ network: { id: 'a' }, machines });
    expect(file.lineOf('machines[2].lab')).toBe(
      text.slice(0, text.indexOf('"lab"', text.indexOf('laser-2"'))).split('\n').length,
    );
    expect(parseRegistry(text.slice(0, -3), 'x')).toMatchObject({
      kind: 'failure',
      sentence: expect.stringContaining('YAML: line'),
    });
  });

  it('gives an empty document for an empty file', () => {
    expect(parseRegistry('', 'x')).toMatchObject({ document: null });
  });

  it.each([
    ['a: 1\na: 2', 'line 2, column 1: a key is there twice'],
    ['a:\n\t- 1', 'indent with spaces, not with tabs'],
    ['secret: "my-secret-text', 'a character is missing'],
    ['a: [1, 2\nsecret: my-secret-text', 'line 2'],
  ])('says where %j is wrong, without showing it', (text, expected) => {
    const failure = parseRegistry(text, 'lab.yaml') as Failure;
    expect(failure.sentence).toContain('Cannot read lab.yaml as YAML');
    expect(failure.sentence).toContain(expected);
    expect(failure.sentence).not.toContain('my-secret-text');
  });

  it('refuses a document that refers to itself without end', () => {
    const lines = ['a0: &a0 [x, x]'];
    for (let level = 1; level < 12; level++)
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    expect(parseRegistry(lines.join('\n'), 'x')).toMatchObject({ kind: 'failure' });
  });
});

describe('readRegistryFile()', () => {
  it('says why a file cannot be read', () => {
    expect(readRegistryFile('/no/such.yaml')).toMatchObject({
      sentence: 'Cannot read /no/such.yaml: there is no such file.',
    });
    expect(readRegistryFile(tmpdir())).toMatchObject({ sentence: expect.stringContaining('it is a folder') });
  });

  it('reads a file with a byte order mark', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-file-'));
    writeFileSync(path.join(folder, 'a.yaml'), '\uFEFFa: 1');
    expect(readRegistryFile(path.join(folder, 'a.yaml'))).toMatchObject({ document: { a: 1 } });
    rmSync(folder, { recursive: true });
  });
});
