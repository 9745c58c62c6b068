import type { Extensions } from '../../conversation.js';
import type { JsonRecord } from '../../json.js';
import type { ReadUsage } from '../../reported-usage.js';

/** A document as the client sent it: a text, or an object, mostly with its text in `text`. */
export type RerankDocument = string | JsonRecord;

export interface RerankRequest {
  readonly model: string;
  readonly query: string;
  readonly documents: readonly RerankDocument[];
  /** The most results that are wanted. */
  readonly topN: number | null;
  /** Whether the client wants each document in its result. They are put in from the request, whoever answers. */
  readonly returnDocuments: boolean;
  /** Cohere's: longer documents are cut (version 2) or parted (version 1). */
  readonly maxTokensPerDocument: number | null;
  readonly maxChunksPerDocument: number | null;
  /** Fields of objects that count as their text. */
  readonly rankFields: readonly string[] | null;
  readonly extensions: Extensions;
}

export interface RerankResult {
  /** Which of the request's documents. */
  readonly index: number;
  readonly score: number;
}

export interface Reranking {
  readonly id: string | null;
  readonly model: string | null;
  /** Best first. */
  readonly results: readonly RerankResult[];
  readonly usage: ReadUsage | null;
}

/** The text that a document is ranked by. */
export function textOfDocument(document: RerankDocument, rankFields: readonly string[] | null): string {
  if (typeof document === 'string') return document;
  const fields = rankFields ?? (typeof document['text'] === 'string' ? ['text'] : Object.keys(document));
  const values = fields.map((name) => document[name]).filter((value) => value !== undefined && value !== null);
  return values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');
}
