import type { Strategy } from '@tollgate/domain';

import { SMALL_CHANGE, answerSeconds, scoreOf } from './balanced-score.js';
import type { Contender } from './contender.js';

/** What a strategy looks at besides the contender. */
export interface Circumstances {
  readonly now: number;
  readonly outputTokens: number;
  readonly random: () => number;
}

/** How a strategy ranks: by `rank`, lower is better. */
export interface StrategyRules {
  /** `price` is in USD, Infinity where none is known and the strategy goes by price. */
  rank(contender: Contender, price: number, circumstances: Circumstances): number;
  /** Whether the rank is a figure that means something to people. */
  readonly isScore: boolean;
  /** Whether the leader stays until another is clearly better. */
  readonly hasLeader: boolean;
  /** Whether one of a hundred requests goes elsewhere to learn how others do. */
  readonly explores: boolean;
  /** Whether a conversation may stay where its prompt cache is. */
  readonly sticks: boolean;
}

/** So small that it decides only between loads that are equal. */
const TIE_BREAK = 1e-9;

const secondsOf = ({ health }: Contender, outputTokens: number): number =>
  answerSeconds(health.firstTokenMs, health.tokensPerSecond, outputTokens);

/** With failures, whoever is asked in vain waits as long again. */
function expectedSeconds(contender: Contender, { now, outputTokens }: Circumstances): number {
  return secondsOf(contender, outputTokens) / Math.max(contender.health.uptime(now), 0.01);
}

export const STRATEGY_RULES: Readonly<Record<Strategy, StrategyRules>> = {
  balanced: {
    rank: (contender, price, { now, outputTokens }) =>
      scoreOf(price, secondsOf(contender, outputTokens), contender.health.uptime(now)),
    isScore: true,
    hasLeader: true,
    explores: true,
    sticks: true,
  },
  priority: {
    rank: ({ position }) => position,
    isScore: false,
    hasLeader: false,
    explores: false,
    sticks: false,
  },
  weighted: {
    // drawn without putting back, each draw by the weights of those that are left
    rank: ({ weight }, _price, { random }) => -Math.log(1 - random()) / weight,
    isScore: false,
    hasLeader: false,
    explores: false,
    sticks: false,
  },
  'lowest-cost': {
    rank: (_contender, price) => price,
    isScore: true,
    hasLeader: true,
    explores: false,
    sticks: true,
  },
  'lowest-latency': {
    rank: (contender, _price, circumstances) => expectedSeconds(contender, circumstances),
    isScore: true,
    hasLeader: true,
    explores: true,
    sticks: true,
  },
  'least-busy': {
    rank: (contender, _price, circumstances) => {
      const seconds = expectedSeconds(contender, circumstances);
      return contender.health.inFlight / contender.weight + TIE_BREAK * (seconds / (1 + seconds));
    },
    isScore: true,
    hasLeader: false,
    explores: false,
    sticks: true,
  },
};

/**
 * Rank of a request whose price at this contender is known: what `rank` is, with price in it also where the strategy
 * does not go by price, because a prompt cache is worth money.
 */
export function rankAtPrice(
  strategy: Strategy,
  contender: Contender,
  { price, circumstances }: { readonly price: number; readonly circumstances: Circumstances },
): number {
  const rank = STRATEGY_RULES[strategy].rank(contender, price, circumstances);
  if (strategy === 'lowest-latency') return (price + SMALL_CHANGE) * rank;
  return strategy === 'least-busy' ? (price + SMALL_CHANGE) * (1 + rank) : rank;
}
