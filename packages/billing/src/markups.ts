import type { Meter } from '@tollgate/domain';

import { ANY } from './price.js';
import type { BillingTerms, PriceRule } from './price.js';
import { tierOf } from './service-tier.js';

const BASIS_POINTS = 10_000;

interface CompiledRule {
  readonly source: PriceRule;
  /** The tier in the words of `tierOf`, or `null` for every tier. */
  readonly tier: string | null;
}

/** The rules that may decide for one model at one provider, in the order in which they are asked. */
export interface Markups {
  readonly rules: readonly CompiledRule[];
  /** Where no rule matches. */
  readonly base: number;
}

/** What of a request a rule looks at. */
export interface MarkupQuery {
  /** The tier that was served, in the provider's words. */
  readonly serviceTier: string;
  readonly region: string;
}

/**
 * @throws RangeError when basis points are not whole or leave a negative bill, or when two rules of one book would decide
 * with equal right, for any model.
 */
export function checkRules(rules: readonly PriceRule[]): void {
  for (const { id, basisPoints } of rules) checkBasisPoints(basisPoints, id);
  checkTies(rules.map(compileRule));
}

function compileRule(source: PriceRule): CompiledRule {
  return { source, tier: source.serviceTier === ANY ? null : tierOf(source.serviceTier) };
}

/**
 * Compiles the rules that can match one model at one provider.
 * @throws RangeError when basis points are not whole or leave a negative bill, or when two rules of one book would decide
 * with equal right.
 */
export function compileMarkups(terms: BillingTerms, { provider, model }: { provider: string; model: string }): Markups {
  checkBasisPoints(terms.markupBasisPoints);
  const matching = (terms.rules ?? []).filter((rule) => {
    checkBasisPoints(rule.basisPoints, rule.id);
    return (rule.provider === ANY || rule.provider === provider) && (rule.model === ANY || rule.model === model);
  });
  const rules = matching.map(compileRule).sort(byPrecedence);
  checkTies(rules);
  return { rules, base: terms.markupBasisPoints };
}

/**
 * The markup for a meter, basis points. A rule matches when each of its dimensions is `'*'` or the request's. Among several
 * that match, the first difference decides:
 *
 * 1. the nearer book: organization before plan before default;
 * 2. a named model before `'*'`;
 * 3. a named provider before `'*'`;
 * 4. a named meter before `'*'`;
 * 5. a named service tier before `'*'`;
 * 6. a named region before `'*'`.
 *
 * Two rules of one book that differ in none of these do not compile. Where no rule matches, the markup of the nearest book
 * that has one decides (`BillingTerms.markupBasisPoints`): a rule of a farther book therefore stands above the general
 * markup of a nearer one, which says a rule of its own, `'*'` in every dimension, where it is to stand above all.
 */
export function markupFor({ rules, base }: Markups, meter: Meter, query: MarkupQuery): number {
  if (rules.length === 0) return base;
  const tier = tierOf(query.serviceTier);
  for (const rule of rules) {
    if ((rule.tier === null || rule.tier === tier) && matchesElsewhere(rule, meter, query.region)) {
      return rule.source.basisPoints;
    }
  }
  return base;
}

/** The largest markup that a meter may get in this region at one of these tiers (`null`: any). */
export function largestMarkup(
  { rules, base }: Markups,
  meter: Meter,
  { region, tiers }: { readonly region: string; readonly tiers: readonly string[] | null },
): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const rule of rules) {
    const { tier, source } = rule;
    if (!matchesElsewhere(rule, meter, region)) continue;
    if (tier === null) return Math.max(largest, source.basisPoints); // it decides wherever nothing before it does
    if (tiers === null || tiers.includes(tier)) largest = Math.max(largest, source.basisPoints);
  }
  return Math.max(largest, base);
}

function matchesElsewhere({ source }: CompiledRule, meter: Meter, region: string): boolean {
  return (source.meter === ANY || source.meter === meter) && (source.region === ANY || source.region === region);
}

function byPrecedence(a: CompiledRule, b: CompiledRule): number {
  return (
    a.source.depth - b.source.depth ||
    named(b.source.model) - named(a.source.model) ||
    named(b.source.provider) - named(a.source.provider) ||
    named(b.source.meter) - named(a.source.meter) ||
    named(b.source.serviceTier) - named(a.source.serviceTier) ||
    named(b.source.region) - named(a.source.region)
  );
}

const named = (dimension: string): number => (dimension === ANY ? 0 : 1);

/** Rules for the same thing under two names of one tier slip past the database's constraint. */
function checkTies(rules: readonly CompiledRule[]): void {
  const seen = new Map<string, string>();
  for (const { source, tier } of rules) {
    const { depth, provider, model, meter, region } = source;
    const key = JSON.stringify([depth, provider, model, meter, tier, region]);
    const other = seen.get(key);
    if (other !== undefined) throw new RangeError(`rules ${other} and ${source.id} are for the same thing`);
    seen.set(key, source.id);
  }
}

function checkBasisPoints(basisPoints: number, rule?: string): void {
  if (Number.isSafeInteger(basisPoints) && basisPoints >= -BASIS_POINTS) return;
  const what = rule === undefined ? 'terms' : `rule ${rule}`;
  throw new RangeError(`${what} must be whole basis points that leave no negative bill`);
}
