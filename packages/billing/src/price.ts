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

/** What an organization pays on top of, or below, the list. 100 basis points are one percent. */
export interface BillingTerms {
  /** Added to the list cost; negative is a discount, never below −10,000. */
  readonly markupBasisPoints: number;
  /** Billed on the list cost when the organization brought its own credential. */
  readonly platformFeeBasisPoints: number;
}
