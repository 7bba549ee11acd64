import { DAY_MS } from '../../domain/time.ts';
import type { Secrets } from '../../ingest/secrets.ts';
import { unmet } from './expectations.ts';
import { StoryHouse } from './house.ts';
import { type Arrival, arrivalsOf } from './packets.ts';
import type { Check, Story } from './story.ts';

/** The ways in which a story is played. */
export const PLAYS = ['as told', 'in another order and partly twice', 'with a restart'] as const;
/** One of them. */
export type Play = (typeof PLAYS)[number];

/** A device's own time is believed for 35 days; what is older is delivered when it was sent. */
const LATE_MS_MAX = 30 * DAY_MS;
/** In so many pieces the story arrives when its order is another one. */
const PIECES = 5;
/** And every so many messages that tell their own time come twice. */
const AGAIN_EVERY = 3;

/** What does not come out as the story says, in sentences with file and line; empty when all does. */
export async function play(story: Story, how: Play, secrets: Secrets): Promise<string[]> {
  const house = new StoryHouse(secrets);
  try {
    const problems = await perform(story, how, house, secrets);
    const differences = await house.differences();
    return [...problems, ...differences.map((sentence) => `${story.file}: verify says: ${sentence}`)];
  } finally {
    await house.close();
  }
}

async function perform(story: Story, how: Play, house: StoryHouse, secrets: Secrets): Promise<string[]> {
  const [first, ...changes] = story.settings;
  house.now = story.from;
  await house.apply(first?.document);
  const last = Math.max(...story.checks.map(({ at }) => at));
  const looks = how === 'in another order and partly twice' ? [last] : story.checks.map(({ at }) => at);
  const instants = new Set([...changes.map(({ at }) => at ?? 0), ...looks]);
  const problems: string[] = [];
  let arrivals = arrivalsOf(story);
  for (const at of [...instants].sort((a, b) => a - b)) {
    const settings = changes.filter((one) => one.at === at);
    const checks: Check[] = looks.includes(at) ? story.checks.filter((check) => check.at === at) : [];
    const now = arrivals.filter(({ sentAt }) => sentAt < at || (settings.length === 0 && sentAt === at));
    arrivals = arrivals.slice(now.length);
    await arrive(house, now, how, at);
    house.now = at;
    for (const { document } of settings) await house.apply(document);
    if (settings.length > 0 && checks.length > 0) {
      const same = arrivals.filter(({ sentAt }) => sentAt === at);
      arrivals = arrivals.slice(same.length);
      await arrive(house, same, how, at);
      house.now = at;
    }
    problems.push(...(await unmet(story, checks, { house, secrets, isAsTold: how === 'as told' })));
  }
  return problems;
}

async function arrive(house: StoryHouse, arrivals: readonly Arrival[], how: Play, at: number): Promise<void> {
  switch (how) {
    case 'as told':
      await house.receive(arrivals, ({ sentAt }) => sentAt);
      break;
    case 'with a restart': {
      const middle = Math.floor(arrivals.length / 2);
      await house.receive(arrivals.slice(0, middle), ({ sentAt }) => sentAt);
      await house.restart();
      await house.receive(arrivals.slice(middle), ({ sentAt }) => sentAt);
      break;
    }
    case 'in another order and partly twice': {
      const again = arrivals.filter(({ isTimed }, index) => isTimed && index % AGAIN_EVERY === 0);
      const mixed = shuffled([...arrivals, ...again]);
      const size = Math.max(1, Math.ceil(mixed.length / PIECES));
      for (let from = 0; from < mixed.length; from += size) {
        await house.receive(mixed.slice(from, from + size), ({ isTimed, sentAt }) =>
          isTimed && at - sentAt < LATE_MS_MAX ? at : sentAt,
        );
        await house.settle();
      }
    }
  }
  await house.settle();
}

/** The same disorder at every run. */
function shuffled<T>(list: readonly T[]): T[] {
  const mixed = [...list];
  let seed = 20_260_310;
  for (let index = mixed.length - 1; index > 0; index -= 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = Math.floor((seed / 2_147_483_648) * (index + 1));
    [mixed[index], mixed[other]] = [mixed[other] as T, mixed[index] as T];
  }
  return mixed;
}
