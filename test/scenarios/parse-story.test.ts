import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Secrets } from '../../ingest/secrets.ts';
import { parseStory } from './parse-story.ts';
import { PLAYS, play } from './play.ts';

const LAB = [
  '# A story',
  'lab pasteur in Europe/Paris',
  'machine laser (laser-cutter): standby 20 W, running 120 W',
  'On Tuesday 2026-03-10',
  '14:00  Ada taps at laser',
  '14:00  laser draws 400 W until 14:30',
];
const folder = mkdtempSync(path.join(tmpdir(), 'fabmeter-story-words-'));
const secrets = Secrets.open(folder);

afterAll(() => rmSync(folder, { recursive: true }));

function story(...lines: string[]) {
  return parseStory('story.txt', [...LAB, ...lines].join('\n'));
}

const WRONG: [string, string, RegExp][] = [
  ['a word that nobody knows', '14:40  laser dances until 15:00', /^story\.txt:7: unknown words/],
  ['a machine that is not there', '14:40  plug wall on lazer', /^story\.txt:7: there is no machine "lazer"/],
  ['a wrong weekday', 'On Monday 2026-03-11', /^story\.txt:7: 2026-03-11 is a Wednesday/],
  ['a time before the last one', '13:59  Ada taps at laser', /^story\.txt:7: a story is told in order of time/],
  ['a line without a time', 'laser draws 400 W', /^story\.txt:7: a line begins with a time/],
  ['an unknown clause', '15:00  plug wall on laser: tasmotta', /^story\.txt:7: a plug has no "tasmotta"/],
];

const UNTRUE: [string, string, RegExp][] = [
  ['a length', 'At 14:40 laser ran 31 min', /^story\.txt:7: laser ran 31 min: ran 31 min: is 31 min 30 s$/],
  ['a session', 'At 14:40 the session of Ada on laser is 14:00–14:20, ended "idle", inferred', /it is Ada .*no end/],
  ['a session too few', 'At 14:40 laser has no session', /there is Ada/],
  ['an activity', 'At 14:40 laser was running 14:00–14:40', /running .*14:31:30, unknown/],
];

describe('parseStory()', () => {
  it.each(WRONG)('says where %s is', (_, line, expected) => {
    expect(() => story(line, 'At 16:00 laser ran 30 min')).toThrow(expected);
  });

  it('wants something to come out', () => {
    expect(() => story()).toThrow('nothing must come out');
  });
});

describe('play()', () => {
  it.each(UNTRUE)('finds %s that is not so, however it is played', async (_, line, expected) => {
    for (const how of PLAYS) expect((await play(story(line), how, secrets)).join('\n')).toMatch(expected);
  });

  it.each([
    ['a sentence', 'At 14:40 laser sang 31 min'],
    ['a machine', 'At 14:40 lazer ran 31 min'],
    ['a clause of a session', 'At 14:40 the session of Ada on laser is open since 14:00, merrily'],
  ])('refuses %s that nobody knows', async (_, line) => {
    await expect(play(story(line), 'as told', secrets)).rejects.toThrow('story.txt:7');
  });
});
