import { Conversations, HealthRegistry, RouteMemory } from '../src/index.js';
import type { AttemptFigures, Ballot, Contender, ProviderFault, TargetHealth, UnitPrices } from '../src/index.js';

/** A sequence of numbers in [0, 1) that is the same in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Prices in USD per million tokens. */
export function perMillion(input: number, output: number, cacheRead = input): UnitPrices {
  return { input: input / 1e6, output: output / 1e6, cacheRead: cacheRead / 1e6, request: 0 };
}

export const ANSWER: AttemptFigures = {
  firstTokenMs: 500,
  totalMs: 3_000,
  inputTokens: 1_000,
  cacheReadTokens: 0,
  outputTokens: 250,
};

/** Targets with a clock of their own, in the middle between jitter's bounds. */
export class Field {
  now = 1_000_000;
  readonly registry: HealthRegistry;
  readonly memory = new RouteMemory();
  readonly conversations = new Conversations();

  constructor(private readonly random: () => number = () => 0.5) {
    this.registry = new HealthRegistry({ clock: () => this.now, random });
  }

  target(name: string, credentialId = `credential of ${name}`, credentialVersion = 1): TargetHealth {
    return this.registry.targetOf({ deploymentId: name, upstreamModel: 'm', credentialId, credentialVersion });
  }

  contender(name: string, about: Partial<Contender> = {}): Contender {
    const position = this.registry.all().length;
    return { health: this.target(name), tier: 0, position, weight: 1, prices: perMillion(1, 4), ...about };
  }

  ballot(contenders: readonly Contender[], about: Partial<Ballot> = {}): Ballot {
    return {
      strategy: 'balanced',
      contenders,
      now: this.now,
      memory: this.memory,
      conversations: this.conversations,
      conversation: null,
      sticky: false,
      explore: false,
      random: this.random,
      ...about,
    };
  }

  succeed(target: TargetHealth, figures: Partial<AttemptFigures> = {}): void {
    const attempt = target.begin(this.now);
    attempt.succeeded(this.now, { ...ANSWER, ...figures });
  }

  fail(target: TargetHealth, fault: ProviderFault, retryAfterMs: number | null = null): void {
    target.begin(this.now).failed(this.now, fault, retryAfterMs);
  }
}
