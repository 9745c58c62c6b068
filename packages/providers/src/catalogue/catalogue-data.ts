import type { Meter } from '@tollgate/domain';

/** How the names are told that are served and priced as one model; letter case does not matter, but in a `regex`. */
export type ModelMatch =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string }
  | { readonly or: readonly ModelMatch[] }
  | { readonly and: readonly ModelMatch[] };

export interface ImportedPrice {
  readonly meter: Meter;
  /** Decimal US dollars. */
  readonly amount: string;
  readonly per: number;
  readonly fromTokens?: number;
  readonly timeWindow?: string;
  /** Days in UTC, the end excluded. */
  readonly from?: string;
  readonly to?: string;
}

interface ImportedModel {
  readonly name: string;
  readonly displayName: string;
  readonly contextWindow: number | null;
  readonly deprecated: boolean;
  readonly match: ModelMatch;
  readonly prices: readonly ImportedPrice[];
}

/** What is imported of one provider. */
export interface CatalogueData {
  readonly provider: string;
  /** Package and version that the data are from. */
  readonly source: string;
  readonly licence: string;
  /** Day of the import that last changed anything. */
  readonly importedOn: string;
  /** Where several match a name, the first one is meant. */
  readonly models: readonly ImportedModel[];
}
