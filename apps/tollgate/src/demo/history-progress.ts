import { Presets, SingleBar } from 'cli-progress';

const LINE_EVERY_MS = 3_000;

/** Shows how far making the history has come: a bar on a terminal, a line now and then elsewhere. */
export interface HistoryProgress {
  show(done: number, total: number): void;
  end(): void;
}

export function historyProgress(stream: NodeJS.WriteStream, quiet: boolean): HistoryProgress {
  if (quiet) return { show: () => undefined, end: () => undefined };
  return stream.isTTY ? new ProgressBar(stream) : new ProgressLines(stream);
}

class ProgressBar implements HistoryProgress {
  readonly #bar: SingleBar;
  #begun = false;

  constructor(stream: NodeJS.WriteStream) {
    const format = 'Simulating {bar} {percentage} % of {total} requests, {eta_formatted} left';
    this.#bar = new SingleBar({ format, stream, hideCursor: true }, Presets.shades_classic);
  }

  show(done: number, total: number): void {
    if (!this.#begun) this.#bar.start(total, 0);
    this.#begun = true;
    this.#bar.update(Math.min(done, total));
  }

  end(): void {
    if (this.#begun) this.#bar.stop();
  }
}

class ProgressLines implements HistoryProgress {
  readonly #beganAt = performance.now();
  #nextAt = 0;
  #total = 0;

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show(done: number, total: number): void {
    const now = performance.now();
    this.#total = total;
    if (now < this.#nextAt) return;
    this.#nextAt = now + LINE_EVERY_MS;
    const percent = total === 0 ? 100 : Math.min(100, Math.floor((100 * done) / total));
    this.stream.write(`progress ${percent} % of ${total} simulated requests\n`);
  }

  end(): void {
    const seconds = Math.round((performance.now() - this.#beganAt) / 1000);
    this.stream.write(`progress 100 %: ${this.#total} simulated requests in ${seconds} s\n`);
  }
}
