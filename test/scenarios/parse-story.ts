import { startOfPeriod } from '../../domain/time.ts';
import { SetUp } from './set-up.ts';
import type { Check, Doing, Setting, Story } from './story.ts';
import { LENGTH, readDay, readLength, readTime, readTimeAfter, StoryError, TIME } from './words.ts';

/** What a sentence's reader gets beside its parts. */
interface Place {
  at: number;
  line: number;
  /** Reads a time after the sentence's own; null when there is none. */
  after(text: string | undefined): number | null;
  /** Reads a time of the same day, or with its date. */
  before(text: string): number;
}

type Sentence = [RegExp, (parts: (string | undefined)[], place: Place) => Doing[]];

const NAME = '([A-Z]\\w*)';
const SERVICES = { broken: 'fault', 'in service': 'up', 'in maintenance': 'maintenance', away: 'absent' } as const;
const ACTIONS = { taps: 'tap', 'badges in': 'in', 'badges out': 'out' } as const;

function sentence(pattern: string, read: Sentence[1]): Sentence {
  return [new RegExp(`^${pattern}$`), read];
}

/** Everything that can happen. */
const SENTENCES: readonly Sentence[] = [
  sentence(
    `${NAME} (taps|badges in|badges out) at (\\S+?)(?:, read (\\d+) times)?(?:, delivered (${TIME}))?`,
    ([name = '', verb, machine = '', times, sent], { after, before: _, ...place }) => {
      const action = ACTIONS[verb as keyof typeof ACTIONS];
      return [{ ...place, do: 'badge', name, action, machine, times: Number(times ?? 1), sentAt: after(sent) }];
    },
  ),
  sentence(`${NAME} is denied at (\\S+)`, ([name = '', machine = ''], { after: _, before: __, ...place }) => [
    { ...place, do: 'denied', name, machine },
  ]),
  sentence(
    `(\\S+) draws (-?[\\d.]+) W(?: until (${TIME}))?(, unseen)?(?:, delivered (${TIME}))?`,
    ([subject = '', w, until, unseen, sent], { after, before: _, ...place }) => [
      {
        ...place,
        do: 'draw',
        subject,
        w: Number(w),
        until: after(until),
        isSeen: unseen === undefined,
        sentAt: after(sent),
      },
    ],
  ),
  sentence(
    `(\\S+) swings between ([\\d.]+) W for (${LENGTH}) and ([\\d.]+) W for (${LENGTH}) until (${TIME})`,
    ([subject = '', w1, length1 = '', w2, length2 = '', until], { at, line, after }) => {
      const turns = [
        { w: Number(w1), ms: readLength(length1) },
        { w: Number(w2), ms: readLength(length2) },
      ];
      const end = after(until) ?? at;
      const doings: Doing[] = [];
      for (let start = at, turn = 0; start < end; turn += 1) {
        const { w, ms } = turns[turn % 2] as { w: number; ms: number };
        const next = Math.min(start + ms, end);
        doings.push({ at: start, line, do: 'draw', subject, w, until: next, isSeen: true, sentAt: null });
        start = next;
      }
      return doings;
    },
  ),
  sentence(
    `(\\S+) reports (off|idle|running|fault)(?: until (${TIME}))?`,
    ([subject = '', state = '', until], { after, before: _, ...place }) => [
      { ...place, do: 'report', subject, state, until: after(until) },
    ],
  ),
  sentence('(\\S+) (goes offline|comes online)', ([connector = '', verb], { after: _, before: __, ...place }) => [
    { ...place, do: verb === 'goes offline' ? 'offline' : 'online', connector },
  ]),
  sentence('(\\S+) switches (off|on)', ([plug = '', to], { after: _, before: __, ...place }) => [
    { ...place, do: 'switch', plug, on: to === 'on' },
  ]),
  sentence(
    'the counter of (\\S+) (rises|falls|starts)(?: by| again at) ([\\d.]+) Wh',
    ([plug = '', change, wh], { after: _, before: __, ...place }) => [
      { ...place, do: 'counter', plug, change: change as 'rises' | 'falls' | 'starts', wh: Number(wh) },
    ],
  ),
  sentence(
    'somebody sets the counter of (\\S+) to ([\\d.]+) Wh',
    ([plug = '', wh], { after: _, before: __, ...place }) => [
      { ...place, do: 'counter', plug, change: 'starts', wh: Number(wh) },
      { ...place, do: 'set back', plug, wh: Number(wh) },
    ],
  ),
  sentence(
    '(\\S+) sends its last (\\d+) messages again(, retained)?',
    ([connector = '', messages, retained], { after: _, before: __, ...place }) => [
      { ...place, do: 'again', connector, messages: Number(messages), retained: retained !== undefined },
    ],
  ),
  sentence(
    'somebody declares (\\S+) (broken|in service|in maintenance|away)',
    ([machine = '', word = ''], { after: _, before: __, ...place }) => [
      { ...place, do: 'declare', machine, state: SERVICES[word as keyof typeof SERVICES] },
    ],
  ),
  sentence(
    `somebody counts (\\d+) people in the class of (${TIME}) on (.+)`,
    ([people, begun = '', machines = ''], { before, after: _, ...place }) =>
      machines.split(', ').map((machine) => {
        return { ...place, do: 'count', people: Number(people), machine, begunAt: before(begun) };
      }),
  ),
  sentence('(\\S+) sends nonsense', ([connector = ''], { after: _, before: __, ...place }) => [
    { ...place, do: 'nonsense', connector },
  ]),
  sentence(
    `the clock of (\\S+) is (not set|right|(${LENGTH}) (fast|slow))`,
    ([connector = '', what, length, direction], { after: _, before: __, ...place }) => {
      const ms = length === undefined ? 0 : readLength(length);
      return [
        { ...place, do: 'clock', connector, aheadMs: what === 'not set' ? null : direction === 'slow' ? -ms : ms },
      ];
    },
  ),
];

/** Reads a story. Throws a `StoryError` with file and line where it says something that nobody knows. */
export function parseStory(file: string, text: string): Story {
  return new Parser(file, text).parse();
}

class Parser {
  readonly #file: string;
  readonly #lines: string[];
  readonly #setUp = new SetUp();
  readonly #settings: Setting[] = [];
  readonly #doings: Doing[] = [];
  readonly #checks: Check[] = [];
  readonly #names = new Set<string>();
  #zone: string | undefined;
  #day: string | undefined;
  #from = 0;
  #at = 0;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lines = text.split('\n');
    for (const [, name = ''] of text.matchAll(/^\d\d:\d\d\S* +([A-Z]\w*) (?:taps|badges|is denied)/gm)) {
      if (name !== 'Stranger') this.#names.add(name);
    }
  }

  parse(): Story {
    const title = /^# (.+)$/.exec(this.#lines[0] ?? '')?.[1];
    if (title === undefined) throw new StoryError(`${this.#file}:1: a story begins with "# " and its title`);
    for (const [index, line] of this.#lines.entries()) {
      try {
        this.#line(line.trim(), index + 1);
      } catch (error) {
        if (!(error instanceof StoryError)) throw error;
        throw new StoryError(`${this.#file}:${index + 1}: ${error.message}: "${line.trim()}"`);
      }
    }
    if (this.#checks.length === 0) throw new StoryError(`${this.#file}: nothing must come out of this story`);
    return {
      file: this.#file,
      title,
      zone: this.#zone ?? 'UTC',
      from: this.#from,
      settings: this.#settings,
      doings: this.#doings,
      checks: this.#checks,
      names: [...this.#names],
    };
  }

  #line(line: string, number: number): void {
    if (line === '' || line.startsWith('#')) return;
    const day = /^On (\w+) (\d{4}-\d\d-\d\d)$/.exec(line);
    if (day) this.#onDay(readDay(day[1] ?? '', day[2] ?? ''));
    else if (this.#day === undefined) {
      if (!this.#setUp.read(line)) throw new StoryError('unknown words');
    } else this.#timed(line, number, this.#day, this.#zone ?? 'UTC');
  }

  #onDay(day: string): void {
    if (this.#day === undefined) this.#begin();
    else if (day < this.#day) throw new StoryError(`the day before this one is ${this.#day}`);
    this.#day = day;
    const at = readTime('00:00', day, this.#zone ?? 'UTC');
    if (this.#from === 0) this.#from = startOfPeriod(at, 'day', this.#zone ?? 'UTC');
  }

  /** All is set up: plugs and readers that nobody spoke of are there too, as native ones. */
  #begin(): void {
    const setUp = this.#setUp;
    this.#zone = setUp.labs.get(setUp.firstLab())?.timezone as string;
    const text = this.#lines.join('\n');
    for (const [id, machine] of setUp.machines) {
      const isFed = new RegExp(`^(?:\\d\\d:\\d\\d +)?(?:plug|reporter) \\S+ on ${id}\\b`, 'm').test(text);
      if ('signature' in machine && !isFed) setUp.read(`plug ${id}-plug on ${id}`);
      const isRead = new RegExp(`(?:taps|badges in|badges out|is denied) at ${id}(?:,|$)`, 'm').test(text);
      const hasReader = [...setUp.devices.values()].some(
        ({ kind, channels }) => kind === 'reader' && channels.some((entry) => entry.machine === id),
      );
      if (isRead && !hasReader) setUp.read(`reader ${id}-reader on ${id}`);
    }
    for (const name of this.#names) if (!setUp.members.has(name)) setUp.members.set(name, 'unknown');
    this.#setting(null);
  }

  #setting(at: number | null): void {
    const document = structuredClone(this.#setUp.document());
    this.#settings.push({ at, document, devices: this.#setUp.devices });
  }

  #timed(line: string, number: number, day: string, zone: string): void {
    const check = new RegExp(`^At (${TIME}),? (.+)$`).exec(line);
    const told = new RegExp(`^(${TIME}) +(.+)$`).exec(line);
    const [, clock = '', rest = ''] = check ?? told ?? [];
    if (clock === '') throw new StoryError('a line begins with a time, with At and a time, or with On and a day');
    const at = readTime(clock, day, zone);
    if (check) {
      this.#checks.push({ at, line: number, day, about: rest });
      return;
    }
    if (at < this.#at) throw new StoryError('a story is told in order of time');
    this.#at = at;
    for (const [pattern, read] of SENTENCES) {
      const match = pattern.exec(rest);
      if (!match) continue;
      const after = (text: string | undefined) => (text === undefined ? null : readTimeAfter(text, at, day, zone));
      const before = (text: string) => readTime(text, day, zone);
      this.#doings.push(...read(match.slice(1), { at, line: number, after, before }));
      return;
    }
    if (!this.#setUp.read(rest)) throw new StoryError('unknown words');
    this.#setting(at);
  }
}
