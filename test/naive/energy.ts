import type { MachineInput, MachineRules } from '../../domain/machine-input.ts';

/** Energy of one second of one series. */
export interface NaiveEnergy {
  wh: number[];
  recoveredWh: number[];
}

type Reading = MachineInput & { kind: 'reading' };

/** Energy of one series (`usage-model.md` §2.5), second by second; see `naiveMachine` for what it may assume. */
export function naiveEnergy(inputs: MachineInput[], series: string, rules: MachineRules, seconds: number): NaiveEnergy {
  const readings = inputs.filter((input): input is Reading => input.kind === 'reading' && input.series === series);
  const integral = bySecond(
    readings.filter(({ w }) => w !== null),
    inputs,
    series,
    seconds,
  ).map((reading) => (reading ? Math.max(reading.w ?? 0, 0) / 3600 : 0));
  const heard = bySecond(readings, inputs, series, seconds).map((reading) => reading !== null);
  const counters = merged(readings.filter(({ wh }) => wh !== null));
  const resets = inputs.flatMap((input) =>
    input.kind === 'energy-reset' && input.series === series ? [input.at] : [],
  );

  const wh = [...integral];
  const recoveredWh: number[] = new Array(seconds).fill(0);
  let base = counters[0]?.wh ?? 0;
  let debt = 0;
  for (const [index, counter] of counters.entries()) {
    const before = counters[index - 1];
    if (!before) continue;
    const value = counter.wh ?? 0;
    const from = before.at / 1000;
    const to = counter.at / 1000;
    const seen = sum(integral.slice(from, to));
    const fall = base - value;
    const isRounding = fall >= 0 && fall <= Math.max(1, base / 1000);
    const isReset = resets.some((at) => at > before.at && at <= counter.at) || (fall > 0 && !isRounding);
    const isJump = -fall > (rules.ratedW * (to - from)) / 3600;
    let counted = Math.max(-fall, 0);
    if (isReset) counted = Math.min(value, seen);
    else if (isJump) counted = seen;
    if (isReset || !isRounding) base = value;
    counted -= debt;

    const isHole = longestSilence(heard.slice(from, to)) > (rules.signature?.bridgeMs ?? 600_000) / 1000;
    if (isHole || to - from > 26 * 3600) {
      recoveredWh[to] = Math.max(counted - seen, 0);
      debt = Math.max(seen - counted, 0);
      continue;
    }
    debt = Math.max(-counted, 0);
    for (let second = from; second < to; second++) {
      const share = seen > 0 ? (integral[second] ?? 0) / seen : 1 / (to - from);
      wh[second] = Math.max(counted, 0) * share;
    }
  }
  return { wh, recoveredWh };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function longestSilence(heard: boolean[]): number {
  let longest = 0;
  let length = 0;
  for (const is of heard) {
    length = is ? 0 : length + 1;
    longest = Math.max(longest, length);
  }
  return longest;
}

/** One reading for each instant: the largest of each value, the longest hold. */
function merged(readings: Reading[]): Reading[] {
  const all = [...new Set(readings.map(({ at }) => at))].sort((a, b) => a - b);
  return all.map((at) => {
    const same = readings.filter((reading) => reading.at === at);
    const most = (values: (number | null)[]) => Math.max(...values.filter((value) => value !== null));
    return {
      ...(same[0] as Reading),
      w: same.some(({ w }) => w !== null) ? most(same.map(({ w }) => w)) : null,
      wh: same.some(({ wh }) => wh !== null) ? most(same.map(({ wh }) => wh)) : null,
      holdMs: same.some(({ holdMs }) => holdMs === null) ? null : most(same.map(({ holdMs }) => holdMs)),
    };
  });
}

/** The reading that holds in each second. */
function bySecond(readings: Reading[], inputs: MachineInput[], series: string, seconds: number): (Reading | null)[] {
  const gone = inputs.filter((input) => input.kind === 'online' && !input.online && input.series.includes(series));
  const held: (Reading | null)[] = new Array(seconds).fill(null);
  const all = merged(readings);
  for (const [index, reading] of all.entries()) {
    let end = Math.min(seconds * 1000, all[index + 1]?.at ?? Number.POSITIVE_INFINITY);
    if (reading.holdMs !== null) end = Math.min(end, reading.at + reading.holdMs);
    else for (const { at } of gone) if (at > reading.at) end = Math.min(end, at);
    held.fill(reading, reading.at / 1000, end / 1000);
  }
  return held;
}
