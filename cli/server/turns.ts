type Turn<Answer> = PromiseWithResolvers<Answer> & { work: () => Promise<Answer> };

/**
 * Work that is done one after the other, in the order in which it was asked for. Whoever asks for what somebody else
 * waits for already waits with them; what has begun is begun again, because an answer is never older than its question.
 */
export class Turns<Answer> {
  readonly #waiting = new Map<string, Turn<Answer>>();
  #isBusy = false;

  /** Nothing is being done, and nobody waits. */
  get isIdle(): boolean {
    return !this.#isBusy && this.#waiting.size === 0;
  }

  /** `key` is the same for the same work. */
  ask(key: string, work: () => Promise<Answer>): Promise<Answer> {
    let turn = this.#waiting.get(key);
    if (!turn) {
      turn = { ...Promise.withResolvers<Answer>(), work };
      this.#waiting.set(key, turn);
    }
    void this.#go();
    return turn.promise;
  }

  async #go(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (const [key, turn] of this.#waiting) {
      this.#waiting.delete(key);
      await turn.work().then(turn.resolve, turn.reject);
    }
    this.#isBusy = false;
  }
}
