import { readErrorResponse } from '../../dialects/openai-chat/read-error.js';
import { Losses } from '../../inexpressible.js';
import { isRecord, type JsonRecord, parseJson } from '../../json.js';
import type { BuiltOperation, OperationTarget, ProviderOperation } from '../../operation-dialect.js';
import type { ReadUsage } from '../../reported-usage.js';
import { factsOf } from '../answer-facts.js';
import { CountReader, readTokenUsage } from '../read-token-usage.js';
import { type Reranking, type RerankRequest, type RerankResult, textOfDocument } from './rerank.js';
import type { RerankVendor } from './rerank-vendors.js';

/** Fields that change no score. */
const HARMLESS = new Set(['user', 'metadata', 'priority', 'client_name', 'safety_identifier', 'return_embeddings']);

/** Reranking in Cohere's and Jina's format and its relatives. */
export function rerankProvider(vendor: RerankVendor): ProviderOperation<RerankRequest, Reranking> {
  return {
    id: 'rerank',
    passesThrough: vendor.passesThrough,
    buildRequest: (request, target) => buildRequest(vendor, request, target),
    readAnswer(body, { documents, topN }) {
      const document = documentOf(body);
      const results = resultsOf(vendor, document);
      if (document === null || results === null || !areOf(results, documents.length)) return null;
      const sorted = [...results].sort((a, b) => b.score - a.score);
      return {
        id: textOf(document['id']),
        model: textOf(document['model']),
        results: topN === null ? sorted : sorted.slice(0, topN),
        usage: usageOf(document),
      };
    },
    readFacts(body) {
      const document = documentOf(body);
      return factsOf(document, resultsOf(vendor, document) !== null, { usage: usageOf(document) });
    },
    readError: readErrorResponse,
  };
}

function buildRequest(vendor: RerankVendor, request: RerankRequest, target: OperationTarget): BuiltOperation {
  const losses = new Losses();
  const { query, documents, topN, maxTokensPerDocument, maxChunksPerDocument, rankFields } = request;
  if (vendor.maxDocuments !== null && documents.length > vendor.maxDocuments) {
    const message = `The target model takes at most ${vendor.maxDocuments} documents, but there are ${documents.length}.`;
    losses.add('documents', message, 'impossible');
  }
  const body: Record<string, unknown> = { model: target.model, ...inputOf(vendor, request) };
  // without a field for it, all come back, and the best are taken here
  if (vendor.topN !== null && topN !== null) body[vendor.topN] = Math.min(topN, documents.length);
  const put = (field: string, taken: boolean, value: unknown): void => {
    if (value === null) return;
    if (taken) body[field] = value;
    else losses.unsupported(field, 'other-answer');
  };
  put('max_tokens_per_doc', vendor.maxTokensPerDocument, maxTokensPerDocument);
  put('max_chunks_per_doc', vendor.maxChunksPerDocument, maxChunksPerDocument);
  if (vendor.rankFields && rankFields !== null) body['rank_fields'] = rankFields;
  if (query === '') losses.add('query', 'The query is empty.', 'impossible');
  for (const [name, value] of Object.entries(request.extensions)) {
    if (vendor.own.includes(name)) body[name] = value;
    else losses.unsupported(name, HARMLESS.has(name) ? 'harmless' : 'other-answer');
  }
  return { path: vendor.path, body, inexpressible: losses.list() };
}

function inputOf({ documents: form }: RerankVendor, { query, documents, rankFields }: RerankRequest): JsonRecord {
  if (form === 'objects') return { query, documents };
  const texts = documents.map((document) => textOfDocument(document, rankFields));
  if (form === 'texts') return { query, documents: texts };
  return { query: { text: query }, passages: texts.map((text) => ({ text })) };
}

function documentOf(body: Buffer): JsonRecord | null {
  const document = parseJson(body.toString());
  return isRecord(document) ? document : null;
}

/** Servers that call themselves compatible use the names of any of the vendors. */
function resultsOf(vendor: RerankVendor, document: JsonRecord | null): readonly RerankResult[] | null {
  const list = document?.[vendor.results] ?? document?.['results'] ?? document?.['data'];
  if (!Array.isArray(list)) return null;
  const results: RerankResult[] = [];
  for (const item of list as readonly unknown[]) {
    if (!isRecord(item)) return null;
    const index = item['index'];
    const score = item[vendor.score] ?? item['relevance_score'] ?? item['score'];
    if (typeof index !== 'number' || typeof score !== 'number' || !Number.isFinite(score)) return null;
    results.push({ index, score });
  }
  return results;
}

/** Whether each result is of a document of its own. */
function areOf(results: readonly RerankResult[], documents: number): boolean {
  const indexes = new Set(results.map(({ index }) => index));
  return (
    indexes.size === results.length &&
    results.every(({ index }) => Number.isInteger(index) && index >= 0 && index < documents)
  );
}

/** Cohere bills search units; the rest bill the tokens that went in. */
function usageOf(document: JsonRecord | null): ReadUsage | null {
  const meta = isRecord(document?.['meta']) ? document['meta'] : {};
  const reader = new CountReader();
  const units = reader.count(meta['billed_units'], 'search_units');
  if (units !== null) return reader.result({ search_unit: units });
  return readTokenUsage(document?.['usage']) ?? readTokenUsage(meta['billed_units']) ?? readTokenUsage(meta['tokens']);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
