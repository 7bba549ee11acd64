import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Secrets } from '../../ingest/secrets.ts';
import { parseStory } from './parse-story.ts';
import { PLAYS, play } from './play.ts';

const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.txt'))
  .sort();
const folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-stories-'));
const secrets = Secrets.open(folder);

function read(file: string) {
  return parseStory(file, readFileSync(path.join(import.meta.dirname, file), 'utf8'));
}

afterAll(() => rmSync(folder, { recursive: true }));

describe('stories', () => {
  it('are many, each with a title of its own', () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
    expect(new Set(files.map((file) => read(file).title)).size).toBe(files.length);
  });

  it.each(files)('%s', async (file) => {
    const story = read(file);
    const problems: string[] = [];
    for (const how of PLAYS) {
      for (const problem of await play(story, how, secrets)) problems.push(`${how}: ${problem}`);
    }
    expect(problems).toEqual([]);
  });
});
