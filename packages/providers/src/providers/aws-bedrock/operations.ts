import { readErrorResponse } from '../../dialects/bedrock-converse/read-error.js';
import { bedrockCohereEmbed, bedrockTitanEmbed } from '../../operations/embeddings/bedrock-embed.js';
import { placedOperations } from '../../operations/placed-operations.js';
import type { ProviderOperations } from '../../operations/provider-operations.js';

/**
 * By id, also with a region's before it; source: docs.aws.amazon.com/bedrock/latest/userguide, model-parameters-titan-embed-text
 * and model-parameters-embed.
 */
export const BEDROCK_OPERATIONS: ProviderOperations = placedOperations(
  {
    embeddings(model) {
      if (/amazon\.titan-embed-text/.test(model)) return bedrockTitanEmbed;
      return /cohere\.embed/.test(model) ? bedrockCohereEmbed : null;
    },
  },
  { readError: readErrorResponse },
);
