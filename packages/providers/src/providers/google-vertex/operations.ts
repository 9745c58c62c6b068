import { readErrorResponse } from '../../dialects/google-generate/read-error.js';
import { vertexEmbed } from '../../operations/embeddings/google-embed.js';
import { geminiImages, imagen } from '../../operations/images/google-images.js';
import { placedOperations } from '../../operations/placed-operations.js';
import type { ProviderOperations } from '../../operations/provider-operations.js';

/** Embeddings of the second generation answer at another method, which has no batches. */
const NEWER_EMBEDDINGS = /^gemini-embedding-2/;

/** Below the publisher; source: docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference. */
export const VERTEX_OPERATIONS: ProviderOperations = {
  ...placedOperations(
    { embeddings: (model) => (/embedding/.test(model) && !NEWER_EMBEDDINGS.test(model) ? vertexEmbed : null) },
    { path: (path) => `/publishers/google/models${path}`, readError: readErrorResponse },
  ),
  ...placedOperations(
    { images: (model) => (model.startsWith('imagen') ? imagen : /^gemini-.*image/.test(model) ? geminiImages : null) },
    { path: (path) => `/publishers/google${path}`, readError: readErrorResponse },
  ),
};
