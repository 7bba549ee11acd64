import { beforeEach, describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

describe('Pace', () => {
  let now: number;
  let restPerWork: number;
  let rests: number[];
  let pace: Pace;

  beforeEach(() => {
    now = 1000;
    restPerWork = 0;
    rests = [];
    pace = new Pace({
      restPerWork: () => restPerWork,
      restMsMax: 1000,
      now: () => now,
      pause: async (ms) => {
        rests.push(ms);
        now += ms;
      },
    });
  });

  it('does not rest while ingest is calm, nor afterwards for what was done then', async () => {
    now += 500;
    await pace.rest();
    restPerWork = 15;
    now += 10;
    await pace.rest();
    expect(rests).toEqual([150]);
  });

  it('rests in proportion to the work since the last rest', async () => {
    restPerWork = 2;
    for (const ms of [10, 20, 5]) {
      now += ms;
      await pace.rest();
    }
    expect(rests).toEqual([20, 40, 10]);
  });

  it('does not count what was waited before the work', async () => {
    restPerWork = 2;
    now += 5000;
    pace.begin();
    now += 10;
    await pace.rest();
    expect(rests).toEqual([20]);
  });

  it('puts short rests together, and rests no longer than the longest', async () => {
    restPerWork = 2;
    for (let piece = 0; piece < 5; piece++) {
      now += 1;
      await pace.rest();
    }
    now += 60_000;
    await pace.rest();
    expect(rests).toEqual([6, 1000]);
  });
});
