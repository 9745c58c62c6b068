/** How a vendor's reranking is written and read. */
export interface RerankVendor {
  readonly path: string;
  readonly topN: string | null;
  /** Under which names the results, a result's score, the query and the documents stand. */
  readonly results: 'results' | 'data' | 'rankings';
  readonly score: 'relevance_score' | 'logit';
  /** `objects`: as the client sent them; `texts`: as texts; `wrapped`: as `{text}`, the query too, in `passages`. */
  readonly documents: 'objects' | 'texts' | 'wrapped';
  readonly rankFields: boolean;
  readonly maxTokensPerDocument: boolean;
  readonly maxChunksPerDocument: boolean;
  readonly maxDocuments: number | null;
  /** Fields of its own that clients may send. */
  readonly own: readonly string[];
  readonly passesThrough: 'rerank-v1' | 'rerank-v2' | null;
}

const PLAIN: RerankVendor = {
  path: '/rerank',
  topN: 'top_n',
  results: 'results',
  score: 'relevance_score',
  documents: 'texts',
  rankFields: false,
  maxTokensPerDocument: false,
  maxChunksPerDocument: false,
  maxDocuments: null,
  own: [],
  passesThrough: null,
};

/** From the vendors' references (2026). The paths are relative to their usual base URLs; Cohere's has no version in it. */
export const RERANK_VENDORS = {
  cohere: {
    ...PLAIN,
    path: '/v2/rerank',
    maxTokensPerDocument: true,
    maxDocuments: 10_000,
    own: ['priority'],
    passesThrough: 'rerank-v2',
  },
  jina: { ...PLAIN, documents: 'objects', maxDocuments: 2048, own: ['truncation'] },
  voyage: { ...PLAIN, topN: 'top_k', results: 'data', maxDocuments: 1000, own: ['truncation'] },
  together: { ...PLAIN, documents: 'objects', rankFields: true, maxDocuments: 1024 },
  fireworks: { ...PLAIN, results: 'data' },
  nvidia: {
    ...PLAIN,
    path: '/ranking',
    topN: null,
    results: 'rankings',
    score: 'logit',
    documents: 'wrapped',
    maxDocuments: 512,
    own: ['truncate'],
  },
  vllm: { ...PLAIN, own: ['truncate_prompt_tokens', 'priority'] },
  compatible: PLAIN,
} as const satisfies Readonly<Record<string, RerankVendor>>;
