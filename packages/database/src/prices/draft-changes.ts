import { checkRules, compilePriceSheet } from '@tollgate/billing';
import type { Price } from '@tollgate/billing';
import { isMeter, parsePicos } from '@tollgate/domain';

import { dimensions, planChanges } from './price-changes.js';
import type { HeldPrice, NewPrice } from './price-changes.js';
import { ruleDimensions } from './price-rules.js';
import type { HeldRule, NewRule } from './price-rules.js';
import type { BookTerms } from './price-snapshots.js';
import type { BookState } from './resolve-chain.js';

/** A price of a draft: it holds from the instant of publication on. */
export interface DraftPrice extends Omit<NewPrice, 'amountPicos' | 'effectiveFrom' | 'effectiveTo'> {
  /** Decimal USD. */
  readonly amount: string;
}

/** What a draft changes in its book. What it does not speak of stays. */
export interface DraftChanges {
  /** Of the book; `null`: as the book above says; absent: as it is. */
  readonly markupBasisPoints?: number | null | undefined;
  readonly platformFeeBasisPoints?: number | null | undefined;
  readonly setPrices: readonly DraftPrice[];
  /** Ids of prices that end without another in their place. */
  readonly endPrices: readonly string[];
  readonly setRules: readonly NewRule[];
  readonly endRules: readonly string[];
}

/** The state that a book is in now. */
export interface HeldBook extends BookTerms {
  readonly id: string;
  readonly prices: readonly HeldPrice[];
  readonly rules: readonly HeldRule[];
}

/** What is wrong with a draft. */
export interface DraftFault {
  /** The row and field in {@link DraftChanges}, such as `/setPrices/3/timeWindow`. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export const DRAFT_SOURCE = 'draft';

export function draftPrices({ setPrices }: DraftChanges, at: number): NewPrice[] {
  return setPrices.map(({ amount, ...price }) => ({
    ...price,
    amountPicos: parsePicos(amount),
    effectiveFrom: at,
    effectiveTo: null,
  }));
}

/**
 * The state that a book would be in if the draft were published as of an instant. New rows have the place where the draft
 * names them (`setPrices/3`) for an id.
 */
export function applyDraft(book: HeldBook, changes: DraftChanges, at: number): BookState {
  const given = { prices: draftPrices(changes, at), source: DRAFT_SOURCE, mode: 'edit' } as const;
  const plan = planChanges(book.prices, { ...given, ended: { ids: changes.endPrices, at } });
  const retired = new Set(plan.retire);
  const placeOf = new Map(changes.setPrices.map((price, index) => [dimensions(price), `setPrices/${index}`]));
  const introduced = plan.introduce.map((price, index): HeldPrice => {
    const place =
      price.source === DRAFT_SOURCE && price.effectiveFrom === at ? placeOf.get(dimensions(price)) : undefined;
    return { ...price, id: place ?? `remainder/${index}` };
  });
  const ended = new Set(changes.endRules);
  const replaced = new Set(changes.setRules.map(ruleDimensions));
  return {
    bookId: book.id,
    markupBasisPoints: changes.markupBasisPoints === undefined ? book.markupBasisPoints : changes.markupBasisPoints,
    platformFeeBasisPoints:
      changes.platformFeeBasisPoints === undefined ? book.platformFeeBasisPoints : changes.platformFeeBasisPoints,
    prices: [...book.prices.filter(({ id }) => !retired.has(id)), ...introduced].map(readPrice),
    rules: [
      ...book.rules.filter((rule) => !ended.has(rule.id) && !replaced.has(ruleDimensions(rule))),
      ...changes.setRules.map((rule, index) => ({ ...rule, id: `setRules/${index}` })),
    ],
  };
}

function readPrice(held: HeldPrice): Price {
  const { id, provider, model, meter, serviceTier, region, fromTokens, timeWindow, per, effectiveFrom, effectiveTo } =
    held;
  if (!isMeter(meter)) throw new RangeError(`price ${id} is for the unknown meter ${meter}`);
  const kind = { provider, model, meter, serviceTier, region, fromTokens, timeWindow };
  return { id, ...kind, amountPicos: parsePicos(held.amount), per, effectiveFrom, effectiveTo };
}

/** Everything that keeps a draft from being published, each with the row and the field that it is about. */
export function draftFaults(book: HeldBook, changes: DraftChanges, at: number): DraftFault[] {
  const faults = [
    ...repeated(changes.setPrices.map(dimensions), 'setPrices'),
    ...repeated(changes.setRules.map(ruleDimensions), 'setRules'),
    ...unknown(changes.endPrices, { among: book.prices, field: 'endPrices' }),
    ...unknown(changes.endRules, { among: book.rules, field: 'endRules' }),
  ];
  return faults.length > 0 ? faults : uncompilable(applyDraft(book, changes, at));
}

function repeated(keys: readonly string[], field: string): DraftFault[] {
  return keys.flatMap((key, index) => {
    const first = keys.indexOf(key);
    if (first === index) return [];
    return [{ pointer: `/${field}/${index}`, code: 'repeated', message: `is for the same thing as ${field}/${first}` }];
  });
}

function unknown(
  ids: readonly string[],
  { among, field }: { readonly among: readonly { readonly id: string }[]; readonly field: string },
): DraftFault[] {
  const held = new Set(among.map(({ id }) => id));
  return ids.flatMap((id, index) =>
    held.has(id) ? [] : [{ pointer: `/${field}/${index}`, code: 'not-held', message: 'the book does not hold it' }],
  );
}

/** The place of a row in the words of the compiler, and the field by which it can still contradict another. */
const PLACE = /(setPrices|setRules)\/(\d+)/g;
const FIELD: Readonly<Record<string, string>> = { setPrices: 'timeWindow', setRules: 'serviceTier' };

function uncompilable(state: BookState): DraftFault[] {
  const rules = state.rules.map((rule) => ({ ...rule, depth: 0 }));
  const terms = {
    markupBasisPoints: state.markupBasisPoints ?? 0,
    platformFeeBasisPoints: state.platformFeeBasisPoints ?? 0,
    rules,
  };
  const byModel = Map.groupBy(state.prices, ({ provider, model }) => `${provider}\n${model}`);
  const sheets = [...byModel.values()].map((prices) => () => void compilePriceSheet(prices, terms));
  const faults = new Map<string, DraftFault>();
  for (const compile of [() => checkRules(rules), ...sheets]) {
    try {
      compile();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const [place, field = '', index] = [...error.message.matchAll(PLACE)].at(-1) ?? [];
      const pointer = place === undefined ? '' : `/${field}/${index}/${FIELD[field]}`;
      faults.set(pointer, { pointer, code: 'inconsistent', message: error.message });
    }
  }
  return [...faults.values()];
}
