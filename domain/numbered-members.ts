/** Numbers of members, from 0 or 1 on: the same number is the same member, as long as it is the same numbering. */
export interface MemberNumbering {
  tokenOf(no: number): string;
  /** Undefined for a member that has no number. */
  numberOf(token: string): number | undefined;
}

const NUMBER_BYTES = 4;

/** Members by their numbers, left where they stand: a report reads tens of thousands, and most it only counts. Iterated, they are tokens. */
export class NumberedMembers implements Iterable<string> {
  readonly numbering: MemberNumbering;
  readonly #bytes: DataView;
  readonly #from: number;

  /** The numbers are read where they stand: 32 bits each, the lowest byte first, from `from` to the end. */
  constructor(bytes: DataView, from: number, numbering: MemberNumbering) {
    this.#bytes = bytes;
    this.#from = from;
    this.numbering = numbering;
  }

  get length(): number {
    return (this.#bytes.byteLength - this.#from) / NUMBER_BYTES;
  }

  numberAt(index: number): number {
    return this.#bytes.getUint32(this.#from + index * NUMBER_BYTES, true);
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let index = 0; index < this.length; index += 1) yield this.numbering.tokenOf(this.numberAt(index));
  }
}
