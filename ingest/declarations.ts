import { randomBytes } from 'node:crypto';
import { scrubText } from '../domain/badge-scrub.ts';
import type { CorrectionChange, EventBody } from '../domain/event.ts';
import type { Service } from '../domain/layers.ts';

/** Writes what people say into the journal: declared service states, and corrections of sessions. */
export class Declarations {
  readonly #declare: (machine: string, event: EventBody) => Promise<void>;
  readonly #clock: () => number;

  constructor(declare: (machine: string, event: EventBody) => Promise<void>, clock: () => number) {
    this.#declare = declare;
    this.#clock = clock;
  }

  /** Declares a machine's service from `at` on; resolves when that is on disk. */
  service(machine: string, said: { state: Service; at: number; note: string | null }, author: string): Promise<void> {
    const { state, at, note } = said;
    const text = note === null ? {} : { note: scrubText(note) };
    return this.#declare(machine, { kind: 'service', state, ...text, author, at, receivedAt: this.#clock() });
  }

  /**
   * Stores a correction that was checked, as made at `at`; resolves with its id when it is on disk. The sessions of a
   * class are corrected together, under one id.
   */
  async correct(
    sessions: readonly { session: string; machine: string }[],
    said: { change: CorrectionChange; reason: string; at: number },
    author: string,
  ): Promise<string> {
    const { change, at } = said;
    const id = correctionId();
    const reason = scrubText(said.reason);
    const common = { kind: 'correction', id, change, author, reason, at, receivedAt: at } as const;
    await Promise.all(sessions.map(({ session, machine }) => this.#declare(machine, { ...common, session })));
    return id;
  }
}

const LETTERS = 'bcdfghjkmnpqrstvwxyz';

/** Letters alone, so that nobody takes it for the number of a badge. */
function correctionId(): string {
  return [...randomBytes(12)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
