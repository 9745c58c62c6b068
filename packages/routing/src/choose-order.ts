import type { DecisionReason } from '@tollgate/domain';

import type { Ballot, Choice, Contender } from './contender.js';
import { effectivePrice, priceWithPrefix } from './effective-price.js';
import { STRATEGY_RULES, rankAtPrice } from './strategies.js';
import type { Circumstances, StrategyRules } from './strategies.js';

const EXPLORED_SHARE = 0.01;
/** Who costs more than so many times as much would have to be four times as quick to be chosen: not worth finding out. */
const DEAREST_EXPLORATION = 2;
/** Tiers of those that may not be asked: after all others, and those with a dead credential after these. */
const OUT_OF_SERVICE = 2 ** 40;
const CREDENTIAL_DEAD = 2 ** 41;

/** The contenders of one ballot in order, each with its figures at the same index. */
interface Ranking<C extends Contender> {
  readonly order: C[];
  readonly tiers: number[];
  readonly ranks: number[];
  readonly scores: (number | null)[];
  readonly prices: (number | null)[];
  /** How many of the first ones the strategy chooses among. */
  pool: number;
}

/**
 * In which order deployments are asked. The strategy chooses within the lowest tier that has one that may be asked; the
 * others of that tier follow, then the later tiers, then whoever may not be asked, soonest back first.
 */
export function chooseOrder<C extends Contender>(ballot: Ballot<C>): Choice<C> {
  const rules = STRATEGY_RULES[ballot.strategy];
  const { mix } = ballot.memory;
  const size = { inputTokens: mix.inputTokens, outputTokens: mix.outputTokens };
  const circumstances = { now: ballot.now, outputTokens: size.outputTokens, random: ballot.random };
  const [first] = ballot.contenders;
  if (first === undefined) throw new RangeError('a ballot needs a contender');
  if (ballot.contenders.length === 1) {
    const price = first.prices === null ? null : effectivePrice(first.prices, size, first.health.cacheShare);
    const score = rules.isScore ? finite(rules.rank(first, price ?? 0, circumstances)) : null;
    const reason = first.health.mayAsk(ballot.now) ? 'only' : 'last-resort';
    return { order: [first], reason, scores: [score], prices: [price] };
  }
  const prices = ballot.contenders.map(({ prices, health }) =>
    prices === null ? null : effectivePrice(prices, size, health.cacheShare),
  );
  const ranking = rank(ballot, prices, { rules, circumstances });
  const reason = chooseFirst(ballot, ranking, { rules, circumstances });
  return { order: ranking.order, reason, scores: ranking.scores, prices: ranking.prices };
}

interface Means {
  readonly rules: StrategyRules;
  readonly circumstances: Circumstances;
}

function rank<C extends Contender>(
  ballot: Ballot<C>,
  prices: readonly (number | null)[],
  { rules, circumstances }: Means,
): Ranking<C> {
  const { contenders, now, strategy } = ballot;
  const ranking: Ranking<C> = { order: [], tiers: [], ranks: [], scores: [], prices: [], pool: 0 };
  const unpriced = strategy === 'lowest-cost' ? Number.POSITIVE_INFINITY : dearestOf(prices);
  for (let index = 0; index < contenders.length; index++) {
    const contender = contenders[index];
    if (contender === undefined) continue;
    const { health } = contender;
    const price = prices[index] ?? null;
    const byStrategy = rules.rank(contender, price ?? unpriced, circumstances);
    const mayAsk = health.mayAsk(now);
    const tier = mayAsk ? contender.tier : health.credential.isDead ? CREDENTIAL_DEAD : OUT_OF_SERVICE;
    const score = rules.isScore ? finite(byStrategy) : null;
    insert(ranking, contender, { tier, rank: mayAsk ? byStrategy : (health.benchedUntil(now) ?? now), score, price });
  }
  const lowest = ranking.tiers[0] ?? OUT_OF_SERVICE;
  if (lowest < OUT_OF_SERVICE) while (ranking.tiers[ranking.pool] === lowest) ranking.pool++;
  return ranking;
}

/** Who has no price is taken to be as dear as the dearest. */
function dearestOf(prices: readonly (number | null)[]): number {
  let dearest = 0;
  for (const price of prices) if (price !== null && price > dearest) dearest = price;
  return dearest;
}

const finite = (rank: number): number | null => (Number.isFinite(rank) ? rank : null);

interface Place {
  readonly tier: number;
  readonly rank: number;
  readonly score: number | null;
  readonly price: number | null;
}

/** Sorts by tier, rank and position while it puts in: there are a handful, and this allocates nothing. */
function insert<C extends Contender>(ranking: Ranking<C>, contender: C, { tier, rank, score, price }: Place): void {
  const { order, tiers, ranks, scores, prices } = ranking;
  let at = order.length;
  for (; at > 0; at--) {
    const before = order[at - 1];
    const beforeTier = tiers[at - 1] ?? 0;
    const beforeRank = ranks[at - 1] ?? 0;
    if (before === undefined || beforeTier < tier) break;
    if (beforeTier === tier && (beforeRank < rank || (beforeRank === rank && before.position <= contender.position)))
      break;
    order[at] = before;
    tiers[at] = beforeTier;
    ranks[at] = beforeRank;
    scores[at] = scores[at - 1] ?? null;
    prices[at] = prices[at - 1] ?? null;
  }
  order[at] = contender;
  tiers[at] = tier;
  ranks[at] = rank;
  scores[at] = score;
  prices[at] = price;
}

/** Puts the one that is to be asked first in front, and says why it is. */
function chooseFirst<C extends Contender>(ballot: Ballot<C>, ranking: Ranking<C>, means: Means): DecisionReason {
  if (ranking.pool === 0) return 'last-resort';
  const kept = means.rules.hasLeader && keepLeader(ballot, ranking);
  const others = ranking.tiers[1];
  if (others === undefined || others >= OUT_OF_SERVICE) return 'only';
  if (ranking.pool === 1) return 'best';
  if (means.rules.sticks && ballot.sticky && ballot.conversation !== null) {
    const warm = ballot.conversations.targetOf(ballot.conversation, ballot.now);
    if (warm !== null) return stick(ballot, ranking, { ...means, warm }) ? 'sticky' : kept ? 'kept' : 'best';
  }
  if (means.rules.explores && ballot.explore && ballot.random() < EXPLORED_SHARE && explore(ballot, ranking))
    return 'explored';
  if (kept) return 'kept';
  return ballot.strategy === 'weighted' ? 'weighted' : 'best';
}

function keepLeader<C extends Contender>(ballot: Ballot<C>, ranking: Ranking<C>): boolean {
  const { memory } = ballot;
  const best = ranking.order[0];
  if (best === undefined) return false;
  const at = memory.leader === null ? -1 : indexInPool(ranking, memory.leader);
  const kept = memory.keepsLeader(ballot.now, {
    best: best.health,
    bestScore: ranking.ranks[0] ?? 0,
    leaderScore: at < 0 ? null : (ranking.ranks[at] ?? 0),
  });
  if (kept) bringToFront(ranking, at);
  return kept;
}

/**
 * A conversation stays while asking where its prefix is in the cache is no worse than asking the chosen one, which has to
 * read it anew: the same comparison as ever, with what this request costs in either place instead of a usual one.
 */
function stick<C extends Contender>(
  ballot: Ballot<C>,
  ranking: Ranking<C>,
  { warm, circumstances }: Means & { readonly warm: Contender['health'] },
): boolean {
  const at = indexInPool(ranking, warm);
  const here = ranking.order[at];
  const there = ranking.order[0];
  if (at <= 0 || here === undefined || there === undefined || warm.availability(ballot.now) !== 'closed') return false;
  if (here.prices === null || there.prices === null) return false;
  const { outputTokens } = circumstances;
  const { cachedTokens } = ballot.conversations;
  const freshTokens = ballot.memory.mix.inputTokens * (1 - warm.cacheShare);
  const warmPrice = priceWithPrefix(here.prices, { cachedTokens, freshTokens, outputTokens });
  const coldPrice = priceWithPrefix(there.prices, {
    cachedTokens: 0,
    freshTokens: cachedTokens + freshTokens,
    outputTokens,
  });
  const staying = rankAtPrice(ballot.strategy, here, { price: warmPrice, circumstances });
  const leaving = rankAtPrice(ballot.strategy, there, { price: coldPrice, circumstances });
  if (staying > leaving) return false;
  bringToFront(ranking, at);
  return true;
}

/** Another one of the pool that is in good health and not much dearer, if chance meets one. */
function explore<C extends Contender>(ballot: Ballot<C>, ranking: Ranking<C>): boolean {
  const at = 1 + Math.floor(ballot.random() * (ranking.pool - 1));
  const other = ranking.order[at];
  if (other === undefined || other.health.availability(ballot.now) !== 'closed') return false;
  const price = ranking.prices[at] ?? 0;
  const usual = ranking.prices[0] ?? price;
  if (ballot.strategy === 'balanced' && price > usual * DEAREST_EXPLORATION) return false;
  bringToFront(ranking, at);
  return true;
}

function indexInPool<C extends Contender>({ order, pool }: Ranking<C>, target: Contender['health']): number {
  for (let index = 0; index < pool; index++) if (order[index]?.health === target) return index;
  return -1;
}

function bringToFront<C extends Contender>({ order, tiers, ranks, scores, prices }: Ranking<C>, at: number): void {
  moveToFront(order, at);
  moveToFront(tiers, at);
  moveToFront(ranks, at);
  moveToFront(scores, at);
  moveToFront(prices, at);
}

function moveToFront<T>(list: T[], from: number): void {
  const moved = list[from];
  if (moved === undefined) return;
  list.copyWithin(1, 0, from);
  list[0] = moved;
}
