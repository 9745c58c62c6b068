import type { Meter, Picos } from '@tollgate/domain';

/** Stands for "any" in a price's dimensions. */
export const ANY = '*';

/**
 * What a provider charges for one meter of one model. Immutable; it holds for instants in `[effectiveFrom, effectiveTo)`.
 * How the one price that applies is found among several is written at `resolvePrice`.
 */
export interface Price {
  readonly id: string;
  readonly provider: string;
  /** `'*'`: a fee for every model of the provider. */
  readonly model: string;
  readonly meter: Meter;
  /** `'*'`: ordinary processing, and for a fee per call every tier (`service-tier.ts`). */
  readonly serviceTier: string;
  readonly region: string;
  /** The price holds for requests with at least so many input tokens, cached or not. */
  readonly fromTokens: number;
  /** `'*'`, or `'HH:MM-HH:MM'` in UTC, the end excluded; it may wrap midnight. */
  readonly timeWindow: string;
  /** Picounits of US dollars for `per` units of the meter. */
  readonly amountPicos: Picos;
  readonly per: number;
  /** Unix milliseconds. */
  readonly effectiveFrom: number;
  /** Unix milliseconds, or `null` while no end is known. */
  readonly effectiveTo: number | null;
}

/**
 * A markup or discount for part of what is used. Each dimension may be `'*'` for any. Immutable. How the one rule that
 * decides is found among several is written at `markupFor`.
 */
export interface PriceRule {
  readonly id: string;
  /** 0 for the organization's nearest book, 1 for the one above it, and so on. */
  readonly depth: number;
  readonly provider: string;
  readonly model: string;
  /** The meter that was used, whichever meter's price stands in for it. */
  readonly meter: Meter | typeof ANY;
  /** In any provider's words; `'default'` is ordinary processing, `'*'` every tier. */
  readonly serviceTier: string;
  readonly region: string;
  /** Added to the price; negative is a discount, never below −10,000. */
  readonly basisPoints: number;
}

/** What an organization pays on top of, or below, the price. 100 basis points are one percent. */
export interface BillingTerms {
  /** Added to the price where no rule matches; negative is a discount, never below −10,000. */
  readonly markupBasisPoints: number;
  /** Share of the list cost that is billed when the organization brought its own credential. */
  readonly platformFeeBasisPoints: number;
  /** Of every book of the chain, in any order. */
  readonly rules?: readonly PriceRule[];
}
