import type { DecisionReason, Strategy } from '@tollgate/domain';

import type { Conversations } from './conversations.js';
import type { UnitPrices } from './effective-price.js';
import type { RouteMemory } from './route-memory.js';
import type { TargetHealth } from './target-health.js';

/** A deployment that could serve a request. Made once for a route and used for every request. */
export interface Contender {
  readonly health: TargetHealth;
  /** Lower first. A strategy chooses within the lowest tier that may be asked; the later ones are for failover. */
  readonly tier: number;
  /** Its place in the route: what `priority` goes by, and what decides where all else is equal. */
  readonly position: number;
  /** Above 0. */
  readonly weight: number;
  readonly prices: UnitPrices | null;
}

/** What a choice depends on. */
export interface Ballot<C extends Contender = Contender> {
  readonly strategy: Strategy;
  /** At least one. */
  readonly contenders: readonly C[];
  readonly now: number;
  /** Of this key at this route: prices depend on what the key sends, so keys do not share a leader. */
  readonly memory: RouteMemory;
  readonly conversations: Conversations;
  /** Hash of what stays the same as the conversation grows, and of the key; null: a request on its own. */
  readonly conversation: number | null;
  readonly sticky: boolean;
  /** Whether this may be the one request of a hundred that goes elsewhere. */
  readonly explore: boolean;
  readonly random: () => number;
}

export interface Choice<C extends Contender = Contender> {
  /** In the order in which they are to be asked; those that may not be asked now come last. */
  readonly order: readonly C[];
  readonly reason: DecisionReason;
  /** By the strategy, lower is better, in the same order; null where it does not tell by a score. */
  readonly scores: readonly (number | null)[];
  /** USD for a request like the recent ones of this key, in the same order; null: no price. */
  readonly prices: readonly (number | null)[];
}
