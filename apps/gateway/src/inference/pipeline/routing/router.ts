import { estimateTokens } from '@tollgate/billing';
import {
  type DecisionReason,
  type Exclusion,
  inputTokens,
  outputTokens,
  type RouteDecision,
  type RoutingConstraints,
  type TargetCondition,
  type Usage,
} from '@tollgate/domain';
import { type Choice, chooseOrder, type Conversations, learnAnswer, RouteMemory } from '@tollgate/routing';

import type { Exchange } from '../exchange.js';
import { unmet } from './constraints.js';
import { hashOfName, hashOfPrefix } from './conversation-hash.js';
import { decisionJson } from './decision-json.js';
import type { Candidate, LeftOut, Route, RouteContender } from './route.js';

type Fits = (candidate: Candidate) => boolean;

/** What decides which targets of a route are meant for a request. */
export interface Asked {
  readonly constraints: RoutingConstraints | null;
  readonly inputTokens: number;
  readonly tags: readonly string[];
}

/** No provider caches prompts of fewer than about a thousand tokens. */
const LEAST_CACHED_BYTES = 4_096;
const PERCENT = 100;
/** After so many requests of one size, a memory knows no other. */
const LEARNED = 200;

/** Puts the deployments of a route in the order in which they are asked, and remembers why. */
export class Router {
  constructor(private readonly conversations: Conversations) {}

  /** The deployment to begin with, or `null` when none can be asked. Sets what the exchange keeps of the decision. */
  choose(exchange: Exchange, route: Route, fits: Fits): Candidate | null {
    const now = performance.now();
    const only = soleContender(exchange, route);
    if (only !== null) {
      exchange.order = route.contenders;
      exchange.routeReason = reasonForOnly(exchange, only.health.mayAsk(now));
      return fits(only.candidate) && !isOut(only, now) ? only.candidate : null;
    }
    const { contenders, leftOut } = contendersFor(exchange, route, fits);
    if (contenders.length === 0) return null;
    const choice = this.order(exchange, route, { contenders, fits, now });
    const [first] = choice.order;
    const reason = exchange.downgraded ? 'downgraded' : choice.reason;
    exchange.order = choice.order;
    exchange.routeReason = reason;
    exchange.decisionJson = decisionJson(route, { choice, leftOut, now, reason });
    return first === undefined || isOut(first, now) ? null : first.candidate;
  }

  /** For a request whose only deployment failed: there was nothing to choose from, and people will ask why all the same. */
  explain(exchange: Exchange, route: Route): void {
    if (exchange.decisionJson !== null) return;
    const order = route.contenders;
    const unknown = order.map(() => null);
    const choice = { order, scores: unknown, prices: unknown, reason: 'only' } as const;
    const now = performance.now();
    exchange.decisionJson = decisionJson(route, { choice, leftOut: route.leftOut, now, reason: 'only' });
  }

  /** What an answer teaches: what this key's requests are like, and where the conversation is in a prompt cache. */
  learn({ route, conversation }: Exchange, candidate: Candidate, usage: Usage): void {
    if (route === null || route.contenders.length < 2) return;
    const { memory } = route;
    const { conversations } = this;
    learnAnswer(
      performance.now(),
      { memory, conversations },
      {
        target: candidate.health,
        inputTokens: inputTokens(usage),
        outputTokens: outputTokens(usage),
        cacheReadTokens: usage.input_cache_read ?? 0,
        conversation,
      },
    );
  }

  /** Where a request would go that nobody makes: nothing is remembered of it, and neither chance nor habit has a say. */
  simulate(route: Route, asked: Asked & { readonly outputTokens: number }): RouteDecision {
    const now = performance.now();
    const { contenders, leftOut } = fieldOf(route, (contender) => exclusionOf(asked, contender));
    if (contenders.length === 0) return nothingLeft(route, leftOut, now);
    const memory = new RouteMemory();
    for (let i = 0; i < LEARNED; i++) memory.mix.record(now, asked.inputTokens, asked.outputTokens);
    const { strategy } = route.definition;
    const { conversations } = this;
    const ballot = {
      strategy,
      now,
      conversations,
      conversation: null,
      sticky: false,
      explore: false,
      random: Math.random,
    };
    const choice = chooseOrder({ ...ballot, memory, contenders });
    return JSON.parse(decisionJson(route, { choice, leftOut, now, reason: choice.reason })) as RouteDecision;
  }

  private order(
    exchange: Exchange,
    route: Route,
    {
      contenders,
      fits,
      now,
    }: { readonly contenders: readonly RouteContender[]; readonly fits: Fits; readonly now: number },
  ): Choice<RouteContender> {
    const { definition, memory } = route;
    const { strategy, sticky } = definition;
    if (sticky) exchange.conversation = conversationOf(exchange);
    const { conversations } = this;
    const { conversation } = exchange;
    const ballot = { strategy, now, conversations, conversation, sticky, explore: true, random: Math.random };
    const choice = chooseOrder({ ...ballot, memory, contenders });
    const { canary } = route;
    if (canary === null || Math.random() * PERCENT >= (definition.canary?.percent ?? 0)) return choice;
    const { contenders: standing } = contendersFor(exchange, canary, fits);
    if (standing.length === 0) return choice;
    const before = chooseOrder({ ...ballot, sticky: false, memory: canary.memory, contenders: standing });
    const [first] = before.order;
    if (first === undefined || !first.health.mayAsk(now)) return choice;
    const others = choice.order.filter(({ health }) => !before.order.some((each) => each.health === health));
    const unknown = others.map(() => null);
    return {
      order: [...before.order, ...others],
      scores: [...before.scores, ...unknown],
      prices: [...before.prices, ...unknown],
      reason: 'canary',
    };
  }
}

function reasonForOnly({ downgraded }: Exchange, mayAsk: boolean): DecisionReason {
  if (downgraded) return 'downgraded';
  return mayAsk ? 'only' : 'last-resort';
}

/** The one deployment that there is, where nothing can be chosen and nothing left out. */
function soleContender({ wishes }: Exchange, { contenders, leftOut, canary }: Route): RouteContender | null {
  const [only] = contenders;
  if (only === undefined || contenders.length > 1 || leftOut.length > 0) return null;
  return wishes === null && canary === null && only.when === null ? only : null;
}

interface Field {
  readonly contenders: readonly RouteContender[];
  readonly leftOut: readonly LeftOut[];
}

/** Who of a route may be asked by this request at all, and who is left out of it. */
export function contendersFor(exchange: Exchange, route: Route, fits: Fits): Field {
  const { surface, wishes, translation } = exchange;
  const isPlain = wishes === null && translation === null && !route.conditional && route.dialect === surface.dialect;
  if (isPlain) return route;
  const asked = route.conditional || wishes !== null ? askedOf(exchange) : null;
  return fieldOf(route, (contender) => {
    const exclusion = asked === null ? null : exclusionOf(asked, contender);
    return exclusion ?? (fits(contender.candidate) ? null : 'not-expressible');
  });
}

/** Who stands is not left out as well: a deployment may be meant for some requests first, and for all in the end. */
function fieldOf(route: Route, exclusionFor: (contender: RouteContender) => Exclusion | null): Field {
  const contenders: RouteContender[] = [];
  const leftOut = new Map(route.leftOut.map((each) => [each.candidate.health, each]));
  const standing = new Set<RouteContender['health']>();
  for (const contender of route.contenders) {
    const { candidate, health } = contender;
    if (standing.has(health)) continue;
    const exclusion = exclusionFor(contender);
    if (exclusion !== null) {
      leftOut.set(health, { candidate, exclusion });
      continue;
    }
    standing.add(health);
    leftOut.delete(health);
    contenders.push(contender);
  }
  return { contenders, leftOut: [...leftOut.values()] };
}

function askedOf({ body, principal, scanned, wishes }: Exchange): Asked {
  return {
    constraints: wishes?.constraints ?? null,
    inputTokens: body === null ? 0 : estimateTokens(body.end - body.start),
    tags: [...(principal?.tags ?? []), ...(scanned?.tags ?? [])],
  };
}

function exclusionOf(asked: Asked, { candidate, when }: RouteContender): Exclusion | null {
  if (when?.some((condition) => isMeantFor(asked, condition)) === false) return 'condition';
  return asked.constraints === null ? null : unmet(asked.constraints, candidate);
}

function isMeantFor({ inputTokens, tags }: Asked, when: TargetCondition): boolean {
  const { minInputTokens = 0, maxInputTokens = Infinity } = when;
  if (inputTokens < minInputTokens || inputTokens > maxInputTokens) return false;
  return when.tags === undefined || when.tags.some((tag) => tags.includes(tag));
}

function conversationOf({ body, wishes, principal }: Exchange): number | null {
  const own = principal?.apiKeyId ?? '';
  if (wishes !== null && wishes.conversation !== null) return hashOfName(`${own}\n${wishes.conversation}`);
  if (body === null || body.end - body.start < LEAST_CACHED_BYTES) return null;
  return hashOfPrefix(body, hashOfName(own));
}

function nothingLeft(route: Route, leftOut: readonly LeftOut[], now: number): RouteDecision {
  const choice = { order: [], scores: [], prices: [], reason: 'last-resort' } as const;
  return JSON.parse(decisionJson(route, { choice, leftOut, now, reason: 'last-resort' })) as RouteDecision;
}

/** A dead credential is not tried for want of another, except for the one attempt that finds out whether it is back. */
function isOut({ health }: RouteContender, now: number): boolean {
  return health.credential.isDead && !health.mayAsk(now);
}
