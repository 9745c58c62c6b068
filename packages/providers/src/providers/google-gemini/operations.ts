import { readErrorResponse } from '../../dialects/google-generate/read-error.js';
import { geminiEmbed } from '../../operations/embeddings/google-embed.js';
import { geminiImages, imagen } from '../../operations/images/google-images.js';
import { placedOperations } from '../../operations/placed-operations.js';
import type { ProviderOperations } from '../../operations/provider-operations.js';

/** Source: ai.google.dev/api/embeddings and ai.google.dev/gemini-api/docs/imagen; names may be given as the list has them. */
export const GEMINI_OPERATIONS: ProviderOperations = placedOperations(
  {
    embeddings: (model) => (/embedding/.test(model) ? geminiEmbed : null),
    images: (model) =>
      /^(?:models\/)?imagen/.test(model) ? imagen : /^(?:models\/)?gemini-.*image/.test(model) ? geminiImages : null,
  },
  { readError: readErrorResponse },
);
