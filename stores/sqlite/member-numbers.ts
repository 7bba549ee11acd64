import type { MemberNumbering } from '../../domain/numbered-members.ts';
import type { Row } from './ledger-rows.ts';

/** The members of a ledger by their numbers, which begin at 1; those that were added since the last time are read when one of them is met. */
export class MemberNumbers implements MemberNumbering {
  readonly #tokens: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #read: (from: number) => readonly Row[];

  /** `read` gives `no` and `token` of the members from a number on. */
  constructor(read: (from: number) => readonly Row[]) {
    this.#read = read;
  }

  tokenOf(no: number): string {
    if (this.#tokens[no] === undefined) this.#readOn();
    return this.#tokens[no] as string;
  }

  numberOf(token: string): number | undefined {
    if (!this.#numbers.has(token)) this.#readOn();
    return this.#numbers.get(token);
  }

  #readOn(): void {
    for (const { no, token } of this.#read(this.#tokens.length)) {
      this.#tokens[no as number] = token as string;
      this.#numbers.set(token as string, no as number);
    }
  }
}
