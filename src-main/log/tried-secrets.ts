/** Secrets in use that nothing keeps: while a key is tested or saved, it is known to whoever masks it. */
export class TriedSecrets {
  readonly #held: string[] = [];

  get values(): readonly string[] {
    return this.#held;
  }

  async during<T>(secret: Readonly<Record<string, string>> | null, work: () => Promise<T>): Promise<T> {
    const values = Object.values(secret ?? {});
    this.#held.push(...values);
    try {
      return await work();
    } finally {
      for (const value of values) this.#held.splice(this.#held.indexOf(value), 1);
    }
  }
}
