import type { Extensions } from '../../conversation.js';
import type { ReadUsage } from '../../reported-usage.js';

/** Texts, or texts that the client has cut into tokens itself. */
export type EmbeddingsInput =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'tokens'; readonly tokens: readonly (readonly number[])[] };

export interface EmbeddingsRequest {
  readonly model: string;
  readonly input: EmbeddingsInput;
  readonly dimensions: number | null;
  /** How the client wants each vector written. */
  readonly encoding: 'float' | 'base64';
  readonly endUser: string | null;
  /** What the vector is for, in the client's word: `query`, `document`, or one of a vendor's own. */
  readonly inputType: string | null;
  /** Kind of number that the vector holds; `null` and `float` are 32-bit floats. */
  readonly outputType: string | null;
  readonly extensions: Extensions;
}

/**
 * A vector as the provider wrote it. Floats that were read from JSON or from base64 keep each bit; base64 holds floats of
 * 32 bits, lowest byte first, or, where another kind of number was asked for, the bytes of that.
 */
export type Vector =
  | { readonly kind: 'numbers'; readonly numbers: readonly number[] }
  | { readonly kind: 'base64'; readonly base64: string };

export interface Embeddings {
  readonly model: string | null;
  /** In the order of the inputs. */
  readonly vectors: readonly Vector[];
  /** `null` where the provider reports none; the gateway puts in what it bills before the answer is written. */
  readonly usage: ReadUsage | null;
}
