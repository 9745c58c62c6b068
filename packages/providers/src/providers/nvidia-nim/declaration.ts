import { chatVendor } from '../openai-compatible/chat-vendor.js';
import { EMBEDDINGS_VENDORS } from '../../operations/embeddings/embeddings-vendors.js';
import { openaiEmbeddings } from '../../operations/embeddings/openai-embeddings-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { rerankProvider } from '../../operations/rerank/rerank-provider.js';
import { RERANK_VENDORS } from '../../operations/rerank/rerank-vendors.js';
import { placed } from '../../operations/placed-operations.js';
import { placeRanking } from './place-ranking.js';

/** The references of its models (docs.api.nvidia.com/nim/reference) do not list them; containers may take more. */
const NOT_LISTED = ['logit_bias', 'n', 'top_k'];

/** NVIDIA's hosted models, and with another base URL a NIM container, which asks for no key. */
export const nvidiaNim = chatVendor({
  id: 'nvidia-nim',
  displayName: 'NVIDIA NIM',
  documentationUrl: 'https://docs.api.nvidia.com/nim/reference/llm-apis',
  credentialUrl: 'https://build.nvidia.com/settings/api-keys',
  environment: { secret: ['NVIDIA_API_KEY', 'NVIDIA_NIM_API_KEY'], baseUrl: ['NVIDIA_BASE_URL'] },
  authentication: 'optional-bearer',
  operations: {
    embeddings: anyModel(openaiEmbeddings(EMBEDDINGS_VENDORS.nvidia)),
    rerank: anyModel(placed(rerankProvider(RERANK_VENDORS.nvidia), { path: placeRanking })),
  },
  defaultBaseUrl: 'https://integrate.api.nvidia.com/v1',
  takes: () => ({ refuses: NOT_LISTED }),
});
