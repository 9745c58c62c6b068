import { hash } from 'node:crypto';

/**
 * Numbers that look drawn and are the same for the same seed (sfc32), so that a demo that was interrupted can be made
 * again to its last digit.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    const bytes = hash('sha256', seed, 'buffer');
    this.#a = bytes.readInt32LE(0);
    this.#b = bytes.readInt32LE(4);
    this.#c = bytes.readInt32LE(8);
  }

  /** A whole number of 32 bits. */
  #draw(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to, and without, 1. */
  fraction(): number {
    return this.#draw() / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.fraction();
  }

  /** Standard normal. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(2 * Math.PI * this.fraction());
  }

  /** Half of the values are below the median, and a few far above it. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** How often something happens that happens `mean` times on average. */
  poisson(mean: number): number {
    if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.fraction(); product > limit; product *= this.fraction()) count++;
    return count;
  }

  /** Of the choices one, the likelier the larger its weight. @throws RangeError when there is none. */
  choose<T>(choices: readonly T[], weightOf: (choice: T) => number): T {
    let left = this.fraction() * choices.reduce((sum, choice) => sum + weightOf(choice), 0);
    const found = choices.find((choice) => (left -= weightOf(choice)) < 0) ?? choices.at(-1);
    if (found === undefined) throw new RangeError('nothing to choose from');
    return found;
  }

  /** So many hexadecimal digits, eight at most. */
  hex(digits: number): string {
    return this.#draw()
      .toString(16)
      .padStart(8, '0')
      .slice(8 - digits);
  }
}
