import type { HandWrittenModels, ListedModel } from './catalogue-data.js';
import { imagePrice } from './image-prices.js';
import type { ModelFacts } from './model-facts.js';

const MILLION = 1_000_000;

/** From sources that quote the vendors' lists, not from the lists themselves: compare with the provider's bill. */
export const SECOND_HAND = 'hand-written, second-hand';

type Prices = ListedModel['prices'];

const priced = (name: string, displayName: string, prices: Prices): ListedModel => ({
  name,
  displayName,
  contextWindow: null,
  deprecated: false,
  match: { equals: name },
  prices,
});

const perTokens = (amount: string): Prices => [{ meter: 'input', amount, per: MILLION }];
const perSearches = (amount: string): Prices => [{ meter: 'search_unit', amount, per: 1000 }];

/** Cohere counts a search: one query with up to 100 documents. Its list no longer prints a price for the older ones. */
export const COHERE_SEARCH_MODELS: HandWrittenModels = {
  provider: 'cohere',
  source: SECOND_HAND,
  models: [
    priced('rerank-v4.0-pro', 'Rerank 4 Pro', perSearches('2.5')),
    priced('rerank-v4.0-fast', 'Rerank 4 Fast', perSearches('2')),
    priced('rerank-v3.5', 'Rerank 3.5', perSearches('2')),
    priced('rerank-english-v3.0', 'Rerank 3 English', perSearches('2')),
    priced('rerank-multilingual-v3.0', 'Rerank 3 Multilingual', perSearches('2')),
    priced('embed-v4.0', 'Embed 4', [...perTokens('0.12'), { meter: 'input_image', amount: '0.47', per: MILLION }]),
    priced('embed-english-v3.0', 'Embed 3 English', perTokens('0.1')),
    priced('embed-multilingual-v3.0', 'Embed 3 Multilingual', perTokens('0.1')),
    priced('embed-english-light-v3.0', 'Embed 3 English Light', perTokens('0.1')),
    priced('embed-multilingual-light-v3.0', 'Embed 3 Multilingual Light', perTokens('0.1')),
  ],
};

/** Voyage bills rerankers by the tokens of the query, once for each document, and of the documents. */
export const VOYAGE_RERANKERS: HandWrittenModels = {
  provider: 'voyage',
  source: SECOND_HAND,
  models: [
    priced('rerank-2.5', 'Rerank 2.5', perTokens('0.05')),
    priced('rerank-2.5-lite', 'Rerank 2.5 Lite', perTokens('0.02')),
    priced('rerank-2', 'Rerank 2', perTokens('0.05')),
    priced('rerank-2-lite', 'Rerank 2 Lite', perTokens('0.02')),
  ],
};

/**
 * Jina sells one kind of token for all its models: 50 dollars for a billion, less for more. Older quotations say 20; of
 * two prices the dearer one stands here, so that no budget is overrun.
 */
export const JINA_MODELS: HandWrittenModels = {
  provider: 'jina',
  source: SECOND_HAND,
  models: [
    priced('jina-embeddings-v4', 'Jina Embeddings 4', perTokens('0.05')),
    priced('jina-embeddings-v3', 'Jina Embeddings 3', perTokens('0.05')),
    priced('jina-embeddings-v2-base-en', 'Jina Embeddings 2 Base English', perTokens('0.05')),
    priced('jina-code-embeddings-1.5b', 'Jina Code Embeddings', perTokens('0.05')),
    priced('jina-clip-v2', 'Jina CLIP 2', perTokens('0.05')),
    priced('jina-reranker-v3', 'Jina Reranker 3', perTokens('0.05')),
    priced('jina-reranker-m0', 'Jina Reranker m0', perTokens('0.05')),
    priced('jina-reranker-v2-base-multilingual', 'Jina Reranker 2 Multilingual', perTokens('0.05')),
  ],
};

const imagen = (provider: string): HandWrittenModels => ({
  provider,
  source: SECOND_HAND,
  models: [
    priced('imagen-4.0-generate-001', 'Imagen 4', [imagePrice('0.04')]),
    priced('imagen-4.0-ultra-generate-001', 'Imagen 4 Ultra', [imagePrice('0.06')]),
    priced('imagen-4.0-fast-generate-001', 'Imagen 4 Fast', [imagePrice('0.02')]),
    priced('imagen-3.0-generate-002', 'Imagen 3', [imagePrice('0.03')]),
  ],
});

export const GEMINI_IMAGE_MODELS = imagen('google-gemini');
export const VERTEX_IMAGE_MODELS = imagen('google-vertex');

const TEXT = ['text'];
const embedding = (contextWindow: number, inputModalities = TEXT): ModelFacts => ({
  contextWindow,
  inputModalities,
  outputModalities: ['embedding'],
  features: ['embeddings'],
});
const reranker = (contextWindow: number, inputModalities = TEXT): ModelFacts => ({
  contextWindow,
  inputModalities,
  outputModalities: [],
  features: ['rerank'],
});
const DRAWING: ModelFacts = { inputModalities: TEXT, outputModalities: ['image'], features: ['images'] };
const SPEECH: ModelFacts = { inputModalities: TEXT, outputModalities: ['audio'], features: ['speech'] };

export const IMAGEN_FACTS: Readonly<Record<string, ModelFacts>> = {
  'imagen-4.0-generate-001': DRAWING,
  'imagen-4.0-ultra-generate-001': DRAWING,
  'imagen-4.0-fast-generate-001': DRAWING,
  'imagen-3.0-generate-002': DRAWING,
};

export const GROQ_SPEECH_FACTS: Readonly<Record<string, ModelFacts>> = {
  'canopylabs/orpheus-v1-english': SPEECH,
  'canopylabs/orpheus-arabic-saudi': SPEECH,
};

export const COHERE_SEARCH_FACTS: Readonly<Record<string, ModelFacts>> = {
  'rerank-v4.0-pro': reranker(32_768),
  'rerank-v4.0-fast': reranker(32_768),
  'rerank-v3.5': reranker(4096),
  'rerank-english-v3.0': reranker(4096),
  'rerank-multilingual-v3.0': reranker(4096),
  'embed-v4.0': embedding(128_000, ['text', 'image']),
  'embed-english-v3.0': embedding(512, ['text', 'image']),
  'embed-multilingual-v3.0': embedding(512, ['text', 'image']),
  'embed-english-light-v3.0': embedding(512, ['text', 'image']),
  'embed-multilingual-light-v3.0': embedding(512, ['text', 'image']),
};

/** From docs.voyageai.com/docs/embeddings and …/reranker. */
export const VOYAGE_FACTS: Readonly<Record<string, ModelFacts>> = {
  'voyage-4-large': embedding(32_000),
  'voyage-4': embedding(32_000),
  'voyage-4-lite': embedding(32_000),
  'voyage-3-large': embedding(32_000),
  'voyage-3.5': embedding(32_000),
  'voyage-3.5-lite': embedding(32_000),
  'voyage-3': embedding(32_000),
  'voyage-3-lite': embedding(32_000),
  'voyage-code-3': embedding(32_000),
  'voyage-context-3': embedding(32_000),
  'voyage-finance-2': embedding(32_000),
  'voyage-law-2': embedding(16_000),
  'voyage-code-2': embedding(16_000),
  'voyage-multilingual-2': embedding(32_000),
  'voyage-large-2': embedding(16_000),
  'voyage-large-2-instruct': embedding(16_000),
  'voyage-2': embedding(4000),
  'rerank-2.5': reranker(32_000),
  'rerank-2.5-lite': reranker(32_000),
  'rerank-2': reranker(16_000),
  'rerank-2-lite': reranker(8000),
};

/** From jina.ai/models. */
export const JINA_FACTS: Readonly<Record<string, ModelFacts>> = {
  'jina-embeddings-v4': embedding(32_768, ['text', 'image', 'pdf']),
  'jina-embeddings-v3': embedding(8192),
  'jina-embeddings-v2-base-en': embedding(8192),
  'jina-code-embeddings-1.5b': embedding(32_768),
  'jina-clip-v2': embedding(8192, ['text', 'image']),
  'jina-reranker-v3': reranker(131_072),
  'jina-reranker-m0': reranker(10_240, ['text', 'image']),
  'jina-reranker-v2-base-multilingual': reranker(1024),
};
