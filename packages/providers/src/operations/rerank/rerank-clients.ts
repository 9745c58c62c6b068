import { inputTokens } from '@tollgate/domain';

import { isRecord, type JsonRecord } from '../../json.js';
import type { ClientOperation, OperationBounds } from '../../operation-dialect.js';
import { array, boolean, requiredArray, requiredString, wholeBetween } from '../../passthrough/request-fields.js';
import { RequestRefusal, type WireReader } from '../../wire-reader.js';
import { parseOperation, wholeNumber } from '../parse-operation.js';
import { operationScanner } from '../scan-operation.js';
import { type RerankDocument, type Reranking, type RerankRequest, textOfDocument } from './rerank.js';

type RerankClient = ClientOperation<RerankRequest, Reranking>;

const MAX_COUNT = 1_000_000;

const scan = operationScanner({
  query: requiredString,
  documents: requiredArray,
  top_n: wholeBetween(1, MAX_COUNT),
  return_documents: boolean,
  max_tokens_per_doc: wholeBetween(1, MAX_COUNT),
  max_chunks_per_doc: wholeBetween(1, MAX_COUNT),
  rank_fields: array,
});

/**
 * `POST /v1/rerank`, which Cohere's version 1 and Jina's API share. Requests look alike, and the answer holds what the SDKs
 * of both look for. They differ in one default: Jina gives documents back unless told not to. It is Jina's client that
 * names one of Jina's models or sends a field that only Jina has.
 */
export const rerankV1: RerankClient = {
  id: 'rerank-v1',
  scan,
  parseRequest: (body) => parseOperation(body, (wire) => readRequest(wire, isJinas(wire))),
  writeAnswer(answer, request) {
    const tokens = answer.usage === null ? 0 : inputTokens(answer.usage.usage);
    return {
      ...write(answer, request, '1'),
      object: 'list',
      model: answer.model ?? request.model,
      ...(answer.usage !== null && { usage: { total_tokens: tokens, prompt_tokens: tokens } }),
    };
  },
  bounds,
};

/** `POST /v2/rerank`, Cohere's (docs.cohere.com/reference/rerank). */
export const rerankV2: RerankClient = {
  id: 'rerank-v2',
  scan,
  parseRequest: (body) => parseOperation(body, (wire) => readRequest(wire, false)),
  writeAnswer: (answer, request) => write(answer, request, '2'),
  bounds,
};

function isJinas(wire: WireReader): boolean {
  const { model } = wire.value;
  const named = typeof model === 'string' && /(?:^|\/)jina/i.test(model);
  return named || 'truncation' in wire.value || 'return_embeddings' in wire.value;
}

function readRequest(wire: WireReader, returnsByDefault: boolean): RerankRequest {
  const rankFields = wire.array('rank_fields');
  if (rankFields?.every((name) => typeof name === 'string') === false) {
    throw new RequestRefusal("Invalid 'rank_fields': expected a list of names.", 'rank_fields');
  }
  return {
    model: wire.requiredString('model'),
    query: wire.requiredString('query'),
    documents: readDocuments(wire.array('documents')),
    topN: wholeNumber(wire, 'top_n', [1, MAX_COUNT]),
    returnDocuments: wire.boolean('return_documents') ?? returnsByDefault,
    maxTokensPerDocument: wholeNumber(wire, 'max_tokens_per_doc', [1, MAX_COUNT]),
    maxChunksPerDocument: wholeNumber(wire, 'max_chunks_per_doc', [1, MAX_COUNT]),
    rankFields: rankFields,
    extensions: wire.rest(),
  };
}

function readDocuments(documents: readonly unknown[] | null): readonly RerankDocument[] {
  if (documents === null) throw new RequestRefusal("Missing required parameter: 'documents'.", 'documents');
  if (documents.length === 0) throw new RequestRefusal("Invalid 'documents': expected at least one.", 'documents');
  return documents.map((document, i) => {
    if (typeof document === 'string' || isRecord(document)) return document;
    throw new RequestRefusal(`Invalid 'documents[${i}]': expected a text or an object.`, `documents[${i}]`);
  });
}

function write({ id, results, usage }: Reranking, request: RerankRequest, version: '1' | '2'): JsonRecord {
  const units = usage?.usage.search_unit;
  const billed =
    units === undefined
      ? usage === null
        ? undefined
        : { input_tokens: inputTokens(usage.usage) }
      : { search_units: units };
  return {
    id: id ?? '',
    results: results.map(({ index, score }) => {
      const document = request.returnDocuments ? request.documents[index] : undefined;
      return {
        index,
        relevance_score: score,
        ...(document !== undefined && { document: typeof document === 'string' ? { text: document } : document }),
      };
    }),
    meta: { api_version: { version }, ...(billed !== undefined && { billed_units: billed }) },
  };
}

const FRAMING_TOKENS = 16;
const DOCUMENTS_PER_UNIT = 100;
/** A document longer than this, with the query, is parted, and each part counts as a document. */
const TOKENS_PER_PART = 500;
/** Assumed, for Cohere does not say: what a part holds of a document at least, however long the query is. */
const LEAST_TOKENS_PER_PART = 250;

/**
 * Tokens: the query is read with each document. Search units are Cohere's (docs.cohere.com, "How does pricing work"): a
 * query with up to 100 documents is one.
 */
function bounds({ query, documents, rankFields }: RerankRequest): OperationBounds {
  const queryBytes = Buffer.byteLength(query);
  const room = Math.max(LEAST_TOKENS_PER_PART, TOKENS_PER_PART - queryBytes);
  let parts = 0;
  let tokens = 0;
  for (const document of documents) {
    const bytes = Buffer.byteLength(textOfDocument(document, rankFields));
    const pictures = typeof document === 'string' ? 0 : JSON.stringify(document).length;
    parts += Math.max(1, Math.ceil(bytes / room));
    tokens += queryBytes + Math.max(bytes, pictures) + FRAMING_TOKENS;
  }
  return { inputTokens: tokens, outputTokens: 0, others: { search_unit: Math.ceil(parts / DOCUMENTS_PER_UNIT) } };
}
