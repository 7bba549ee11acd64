/** Members, each once. Lists of them are looked through when it is asked how many they are, or when they join others. */
export class MemberSet {
  readonly #lists: (readonly string[])[] = [];
  #tokens: Set<string> | undefined;

  add(token: string): void {
    this.#tokens ??= new Set();
    this.#tokens.add(token);
  }

  /** Adds all of a list, which does not change any more. */
  addList(tokens: readonly string[]): void {
    this.#lists.push(tokens);
  }

  /** Adds those of another set. */
  join(other: MemberSet): void {
    this.#tokens ??= new Set();
    for (const list of other.#lists) for (const token of list) this.#tokens.add(token);
    for (const token of other.#tokens ?? []) this.#tokens.add(token);
  }

  get size(): number {
    if (this.#lists.length > 0) {
      const lists = this.#lists.splice(0);
      for (const list of lists) for (const token of list) this.add(token);
    }
    return this.#tokens?.size ?? 0;
  }
}
