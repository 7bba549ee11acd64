import { type MemberNumbering, NumberedMembers } from './numbered-members.ts';

const WORD_BITS = 32;

/**
 * Members, each once. Lists of them are looked through when it is asked how many they are, or when they join others:
 * a report holds tens of thousands. Numbered members are bits, which join much faster than tokens do.
 */
export class MemberSet {
  #lists: Iterable<string>[] = [];
  #tokens: Set<string> | undefined;
  #numbering: MemberNumbering | undefined;
  #bits = new Uint32Array(0);

  add(token: string): void {
    this.#tokens ??= new Set();
    this.#tokens.add(token);
  }

  /** Adds all of a list, which does not change any more. */
  addList(members: Iterable<string>): void {
    this.#lists.push(members);
  }

  /** Adds those of another set. */
  join(other: MemberSet): void {
    for (const list of other.#lists) this.#take(list);
    for (const token of other.#tokens ?? []) this.add(token);
    if (other.#numbering) this.#takeBits(other.#bits, other.#numbering);
  }

  get size(): number {
    const lists = this.#lists;
    this.#lists = [];
    for (const list of lists) this.#take(list);
    let size = 0;
    for (const word of this.#bits) size += bitsOf(word);
    for (const token of this.#tokens ?? []) if (!this.#isNumbered(token)) size += 1;
    return size;
  }

  #take(list: Iterable<string>): void {
    if (list instanceof NumberedMembers && this.#isOf(list.numbering)) {
      for (let index = list.length - 1; index >= 0; index -= 1) this.#set(list.numberAt(index));
    } else {
      for (const token of list) this.add(token);
    }
  }

  #takeBits(bits: Uint32Array, numbering: MemberNumbering): void {
    const isSame = this.#isOf(numbering);
    for (const [index, word] of bits.entries()) {
      for (let bit = 0; bit < WORD_BITS && word >>> bit !== 0; bit += 1) {
        if (((word >>> bit) & 1) === 0) continue;
        const no = index * WORD_BITS + bit;
        if (isSame) this.#set(no);
        else this.add(numbering.tokenOf(no));
      }
    }
  }

  /** Whether members of a numbering can be bits: those of the first one that comes. */
  #isOf(numbering: MemberNumbering): boolean {
    this.#numbering ??= numbering;
    return this.#numbering === numbering;
  }

  #set(no: number): void {
    const index = no >>> 5;
    if (index >= this.#bits.length) {
      const bits = new Uint32Array(Math.max(index + 1, this.#bits.length * 2));
      bits.set(this.#bits);
      this.#bits = bits;
    }
    this.#bits[index] = (this.#bits[index] as number) | (1 << (no & 31));
  }

  #isNumbered(token: string): boolean {
    const no = this.#numbering?.numberOf(token);
    return no !== undefined && (((this.#bits[no >>> 5] ?? 0) >>> (no & 31)) & 1) === 1;
  }
}

function bitsOf(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count += 1;
  return count;
}
