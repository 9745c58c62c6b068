import type { Feature } from './features.js';

/** What the imported data do not say of a model. One that has no facts has no known limits: nothing is assumed of it. */
export interface ModelFacts {
  readonly maxOutputTokens?: number;
  readonly contextWindow?: number;
  readonly inputModalities?: readonly string[];
  readonly outputModalities?: readonly string[];
  readonly features?: readonly Feature[];
  /** Year and month up to which the provider says that the model's knowledge is reliable. */
  readonly knowledgeCutoff?: string;
  /** Further names that the provider's API takes for it, dated ones above all. */
  readonly aliases?: readonly string[];
  readonly deprecated?: true;
  /** Day from which the provider no longer serves it, announced or past. */
  readonly retiredOn?: string;
}
