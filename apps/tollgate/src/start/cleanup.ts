/** What has been started, to be stopped in the opposite order. */
export class Cleanup {
  readonly #steps: (() => Promise<void> | void)[] = [];
  #running: Promise<void> | undefined;

  /** Runs the step at once when everything else is being stopped already. */
  async add(step: () => Promise<void> | void): Promise<void> {
    if (this.#running === undefined) this.#steps.push(step);
    else await step();
  }

  run(): Promise<void> {
    this.#running ??= this.#runAll();
    return this.#running;
  }

  async #runAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        failures.push(error); // the rest is stopped all the same
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
  }
}
