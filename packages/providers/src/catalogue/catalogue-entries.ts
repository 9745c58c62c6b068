import type { Meter, Picos } from '@tollgate/domain';

/** What is known of a model at a provider. */
export interface CatalogueModel {
  readonly provider: string;
  /** The provider's own name for it. */
  readonly name: string;
  readonly displayName: string;
  /** Tokens; `null` where it is not known. */
  readonly contextWindow: number | null;
  readonly maxOutputTokens: number | null;
  readonly inputModalities: readonly string[];
  readonly outputModalities: readonly string[];
  readonly features: readonly string[];
  /** Year and month up to which its knowledge is reliable; `null` where it is not known. */
  readonly knowledgeCutoff: string | null;
  /** Further names that the provider takes for it. */
  readonly aliases: readonly string[];
  readonly deprecated: boolean;
  /** Day on which the vendor released it; absent where it is not known. */
  readonly releasedOn?: string;
  /** Day from which it is no longer served, announced or past; absent where none is known. */
  readonly retiredOn?: string;
  /** Whether its weights can be had; absent where it is not known. */
  readonly openWeights?: boolean;
}

/** What a provider charges for one meter of one model; `'*'` stands for any. */
export interface CataloguePrice {
  readonly provider: string;
  readonly model: string;
  readonly meter: Meter;
  /** The provider's word for a tier; `'*'` is ordinary processing, and for a fee per call every tier. */
  readonly serviceTier: string;
  readonly region: string;
  /** The price holds for requests with at least so many input tokens. */
  readonly fromTokens: number;
  /** `HH:MM-HH:MM` in UTC. */
  readonly timeWindow: string;
  /** Decimal US dollars for `per` units of the meter. */
  readonly amount: string;
  readonly amountPicos: Picos;
  readonly per: number;
  /** Unix milliseconds; the end is excluded, and `null` while none is known. */
  readonly effectiveFrom: number;
  readonly effectiveTo: number | null;
  /** Package and version that it is from. */
  readonly source: string;
}

/** A price that two sources differ about by more than 1 %. The first one is in the catalogue. */
export interface CatalogueDisagreement {
  readonly provider: string;
  readonly model: string;
  readonly meter: Meter;
  readonly first: DisagreeingPrice;
  readonly second: DisagreeingPrice;
}

interface DisagreeingPrice {
  readonly source: string;
  readonly amountPicos: Picos;
  readonly per: number;
}
