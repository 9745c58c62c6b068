/** After so long, an observation counts half; after an hour, a sixty-fourth. */
const HALF_LIFE_MS = 10 * 60_000;
/** Fading is worked out no more often than this: the exponential is the dearest thing here. */
const FADE_EVERY_MS = 1_000;

/** What is left of a weight after so many milliseconds. */
export function fadeOver(elapsedMs: number): number {
  return elapsedMs < FADE_EVERY_MS ? 1 : Math.exp((-Math.LN2 * elapsedMs) / HALF_LIFE_MS);
}

/**
 * A mean in which what is old counts less. `mostWeight` bounds how much the past can weigh however busy it was, so that a
 * deployment with much traffic shows within a minute, not within half an hour, that it has become slow.
 */
export class DecayedMean {
  mean = 0;
  weight = 0;

  constructor(private readonly mostWeight: number) {}

  add(value: number, weight: number): void {
    if (!(weight > 0) || !Number.isFinite(value)) return;
    this.weight = Math.min(this.weight + weight, Math.max(this.mostWeight, weight));
    this.mean += ((value - this.mean) * weight) / this.weight;
  }

  fade(factor: number): void {
    this.weight *= factor;
  }

  /** The mean as if `priorWeight` observations of `prior` had been made as well. */
  towards(prior: number, priorWeight: number): number {
    return (this.mean * this.weight + prior * priorWeight) / (this.weight + priorWeight);
  }
}
