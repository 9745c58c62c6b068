import type { DecisionReason } from '@tollgate/domain';

import type { Ballot, Choice, Contender } from './contender.js';
import { effectivePrice, priceWithPrefix } from './effective-price.js';
import type { RequestSize } from './effective-price.js';
import { STRATEGY_RULES, rankAtPrice } from './strategies.js';
import type { Circumstances, StrategyRules } from './strategies.js';
import type { TrafficMix } from './traffic-mix.js';

const EXPLORED_SHARE = 0.01;
/** Who costs more than so many times as much would have to be four times as quick to be chosen: not worth finding out. */
const DEAREST_EXPLORATION = 2;
/** Tiers of those that may not be asked: after all others, and those with a dead credential after these. */
const OUT_OF_SERVICE = 2 ** 40;
const CREDENTIAL_DEAD = 2 ** 41;

/** The contenders of one ballot in order, each with its figures at the same index. */
interface Ranking<C extends Contender> {
  readonly order: C[];
  readonly scores: (number | null)[];
  readonly prices: (number | null)[];
  /** How many of the first ones the strategy chooses among. */
  readonly pool: number;
}

/** By what the contenders of the ballot at hand are sorted: a choice waits for nothing, so one pair of lists is enough. */
const tiers: number[] = [];
const ranks: number[] = [];

/**
 * In which order deployments are asked. The strategy chooses within the lowest tier that has one that may be asked; the
 * others of that tier follow, then the later tiers, then whoever may not be asked, soonest back first.
 */
export function chooseOrder<C extends Contender>(ballot: Ballot<C>): Choice<C> {
  const { contenders, memory, now, random } = ballot;
  const rules = STRATEGY_RULES[ballot.strategy];
  const { mix } = memory;
  const size = { inputTokens: mix.inputTokens, outputTokens: mix.outputTokens, mix };
  const circumstances = { now, outputTokens: size.outputTokens, random };
  const first = contenders[0];
  if (first === undefined) throw new RangeError('a ballot needs a contender');
  if (contenders.length === 1) {
    const price = priceAt(first, size);
    const score = rules.isScore ? finite(rules.rank(first, price ?? 0, circumstances)) : null;
    return {
      order: [first],
      reason: first.health.mayAsk(now) ? 'only' : 'last-resort',
      scores: [score],
      prices: [price],
    };
  }
  const ranking = rank(ballot, size, { rules, circumstances });
  const reason = chooseFirst(ballot, ranking, { rules, circumstances });
  return { order: ranking.order, reason, scores: ranking.scores, prices: ranking.prices };
}

/** Of a request like the recent ones of the key. */
interface UsualSize extends RequestSize {
  readonly mix: TrafficMix;
}

interface Means {
  readonly rules: StrategyRules;
  readonly circumstances: Circumstances;
}

function priceAt({ prices, health }: Contender, size: UsualSize): number | null {
  return prices === null ? null : effectivePrice(prices, size, size.mix.cacheableShare * health.cacheYield);
}

function rank<C extends Contender>(ballot: Ballot<C>, size: UsualSize, { rules, circumstances }: Means): Ranking<C> {
  const { contenders, now } = ballot;
  const order: C[] = [];
  const scores: (number | null)[] = [];
  const prices: (number | null)[] = [];
  let unpriced: number | null = null;
  for (const contender of contenders) {
    const { health } = contender;
    const price = priceAt(contender, size);
    const byStrategy = rules.rank(contender, price ?? (unpriced ??= unpricedOf(ballot, size)), circumstances);
    const mayAsk = health.mayAsk(now);
    const tier = mayAsk ? contender.tier : health.credential.isDead ? CREDENTIAL_DEAD : OUT_OF_SERVICE;
    const at = makeRoom(order, { tier, rank: mayAsk ? byStrategy : (health.benchedUntil(now) ?? now), contender });
    insertAt(scores, at, rules.isScore ? finite(byStrategy) : null);
    insertAt(prices, at, price);
  }
  const lowest = tiers[0] ?? OUT_OF_SERVICE;
  let pool = 0;
  if (lowest < OUT_OF_SERVICE) while (pool < order.length && tiers[pool] === lowest) pool++;
  return { order, scores, prices, pool };
}

/** Who has no price is taken to be as dear as the dearest; where only the price counts, nobody knows. */
function unpricedOf({ strategy, contenders }: Ballot, size: UsualSize): number {
  if (strategy === 'lowest-cost') return Number.POSITIVE_INFINITY;
  let dearest = 0;
  for (const contender of contenders) {
    const price = priceAt(contender, size);
    if (price !== null && price > dearest) dearest = price;
  }
  return dearest;
}

const finite = (rank: number): number | null => (Number.isFinite(rank) ? rank : null);

interface Standing<C extends Contender> {
  readonly contender: C;
  readonly tier: number;
  readonly rank: number;
}

/** Puts a contender where it belongs by tier, rank and position. There are a handful: no sort is quicker. */
function makeRoom<C extends Contender>(order: C[], { contender, tier, rank }: Standing<C>): number {
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
  }
  order[at] = contender;
  tiers[at] = tier;
  ranks[at] = rank;
  return at;
}

function insertAt<T>(list: T[], at: number, item: T): void {
  for (let index = list.length; index > at; index--) list[index] = list[index - 1] as T;
  list[at] = item;
}

/** Puts the one that is to be asked first in front, and says why it is. */
function chooseFirst<C extends Contender>(ballot: Ballot<C>, ranking: Ranking<C>, means: Means): DecisionReason {
  if (ranking.pool === 0) return 'last-resort';
  const kept = means.rules.hasLeader && keepLeader(ballot, ranking);
  const others = tiers[1];
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

/** Only whom nothing is wrong with can lead. One that is half-open may be asked first, to find out, and leads later. */
function keepLeader<C extends Contender>(ballot: Ballot<C>, ranking: Ranking<C>): boolean {
  const { memory, now } = ballot;
  const bestAt = indexOfClosed(ranking, now);
  const best = ranking.order[bestAt];
  if (best === undefined) return false;
  const at = memory.leader?.availability(now) === 'closed' ? indexInPool(ranking, memory.leader) : -1;
  const kept = memory.keepsLeader(now, {
    best: best.health,
    bestScore: ranks[bestAt] ?? 0,
    leaderScore: at < 0 ? null : (ranks[at] ?? 0),
  });
  if (!kept || bestAt > 0) return false;
  bringToFront(ranking, at);
  return true;
}

function indexOfClosed<C extends Contender>({ order, pool }: Ranking<C>, now: number): number {
  for (let index = 0; index < pool; index++) if (order[index]?.health.availability(now) === 'closed') return index;
  return -1;
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
  const prefixTokens = ballot.conversations.cachedTokens;
  const cachedTokens = prefixTokens * warm.cacheYield;
  const { mix } = ballot.memory;
  const freshTokens = mix.inputTokens * (1 - mix.cacheableShare);
  const warmPrice = priceWithPrefix(here.prices, {
    cachedTokens,
    freshTokens: prefixTokens - cachedTokens + freshTokens,
    outputTokens,
  });
  const coldPrice = priceWithPrefix(there.prices, {
    cachedTokens: 0,
    freshTokens: prefixTokens + freshTokens,
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

function bringToFront<C extends Contender>({ order, scores, prices }: Ranking<C>, at: number): void {
  moveToFront(order, at);
  moveToFront(scores, at);
  moveToFront(prices, at);
}

function moveToFront<T>(list: T[], from: number): void {
  const moved = list[from];
  if (moved === undefined) return;
  for (let index = from; index > 0; index--) list[index] = list[index - 1] as T;
  list[0] = moved;
}
