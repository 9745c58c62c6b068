import type { Meter } from '@tollgate/domain';

import type { Feature } from './features.js';

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
  /** Without this, ordinary processing; of images, how they are told apart (`image-prices.ts`). */
  readonly serviceTier?: string;
  readonly fromTokens?: number;
  readonly timeWindow?: string;
  /** Days in UTC, the end excluded. */
  readonly from?: string;
  readonly to?: string;
}

/** A model as one of the sources, or a person, says that it is. */
export interface ListedModel {
  readonly name: string;
  readonly displayName: string;
  readonly contextWindow: number | null;
  readonly deprecated: boolean;
  readonly match: ModelMatch;
  readonly prices: readonly ImportedPrice[];
}

interface ImportedModel extends ListedModel {
  readonly maxOutputTokens: number | null;
  /** Empty where no source says. */
  readonly inputModalities: readonly string[];
  readonly outputModalities: readonly string[];
  readonly features: readonly Feature[];
  readonly knowledgeCutoff: string | null;
  /** Day on which the vendor released it. */
  readonly releasedOn: string | null;
  readonly openWeights: boolean | null;
  readonly aliases: readonly string[];
  /** Where the prices are from when not from the first source. */
  readonly pricesFrom?: string;
}

interface DataSource {
  readonly id: string;
  /** Package and version. */
  readonly name: string;
  readonly licence: string;
  /** Day of the import that brought the version, or on which the data were taken. */
  readonly day: string;
}

/** A price, for the first tokens of a request at ordinary processing, that the two sources differ about by more than 1 %. */
interface ImportedDisagreement {
  readonly model: string;
  readonly meter: Meter;
  readonly first: { readonly amount: string; readonly per: number };
  readonly second: { readonly amount: string; readonly per: number };
}

/** What is imported of one provider. */
export interface CatalogueData {
  readonly provider: string;
  readonly sources: readonly DataSource[];
  /** Where several match a name, the first one is meant. */
  readonly models: readonly ImportedModel[];
  readonly disagreements: readonly ImportedDisagreement[];
}

/** What is written by hand of one provider's models and prices; it stands before what is imported. */
export interface HandWrittenModels {
  readonly provider: string;
  /** Where it was read. */
  readonly source: string;
  readonly models: readonly ListedModel[];
}
