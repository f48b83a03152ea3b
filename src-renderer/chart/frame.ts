/** Runs a task at most once per animation frame, however often it is requested. */
export class FrameTask {
  readonly #task: () => void;
  #handle: number | null = null;

  constructor(task: () => void) {
    this.#task = task;
  }

  request(): void {
    this.#handle ??= requestAnimationFrame(() => {
      this.#handle = null;
      this.#task();
    });
  }

  cancel(): void {
    if (this.#handle !== null) cancelAnimationFrame(this.#handle);
    this.#handle = null;
  }
}
