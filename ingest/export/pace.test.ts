import { beforeEach, describe, expect, it } from 'vitest';
import { Pace } from './pace.ts';

describe('Pace', () => {
  let workedMs: number;
  let restPerWork: number;
  let rests: number[];
  let pace: Pace;

  beforeEach(() => {
    workedMs = 1000;
    restPerWork = 0;
    rests = [];
    pace = new Pace({
      restPerWork: () => restPerWork,
      restMsMax: 1000,
      workedMs: () => workedMs,
      pause: async (ms) => {
        rests.push(ms);
      },
    });
  });

  it('does not rest while ingest is calm, nor afterwards for what was done then', async () => {
    workedMs += 500;
    await pace.rest();
    restPerWork = 15;
    workedMs += 10;
    await pace.rest();
    expect(rests).toEqual([150]);
  });

  it('rests in proportion to the work since the last rest', async () => {
    restPerWork = 2;
    for (const ms of [10, 20, 5]) {
      workedMs += ms;
      await pace.rest();
    }
    expect(rests).toEqual([20, 40, 10]);
  });

  it('puts short rests together, and rests no longer than the longest', async () => {
    restPerWork = 2;
    for (let piece = 0; piece < 5; piece++) {
      workedMs += 1;
      await pace.rest();
    }
    workedMs += 60_000;
    await pace.rest();
    expect(rests).toEqual([6, 1000]);
  });
});
