import {
  CHAT_COMPLETIONS,
  chatVendor,
  MESSAGES,
  type ModelTraits,
  RESPONSES,
} from '../openai-compatible/chat-vendor.js';
import { anyModel } from '../../operations/any-model.js';
import { IMAGES_VENDORS, imagesOfVendor } from '../../operations/images/images-vendors.js';

const NOT_XAI = ['top_k', 'logit_bias'];
/** Source: docs.x.ai/docs/guides/reasoning, "not supported by reasoning models". */
const THINKERS_REFUSE = [...NOT_XAI, 'presence_penalty', 'frequency_penalty', 'stop'];

function takes(model: string): ModelTraits {
  if (/^grok-(?:2|3(?!-mini)|[\d.]+(?:-\d+)?(?:-fast)?-non-reasoning)|-non-reasoning/.test(model)) {
    return { thinking: 'none', leastThinking: 'nothing', efforts: [], refuses: NOT_XAI };
  }
  // Grok 4 and its like think as much as they see fit, and refuse to be told how much
  const told = model.startsWith('grok-3-mini') ? ['low', 'high'] : [];
  return { thinking: told.length > 0 ? 'effort' : 'unknown', efforts: told, refuses: THINKERS_REFUSE };
}

/** Anthropic's dialect is still there, though no longer meant for new clients; source: docs.x.ai/docs/api-reference. */
export const xai = chatVendor({
  id: 'xai',
  displayName: 'xAI',
  documentationUrl: 'https://docs.x.ai/docs/api-reference',
  credentialUrl: 'https://console.x.ai',
  environment: { secret: ['XAI_API_KEY'], baseUrl: ['XAI_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, RESPONSES, MESSAGES],
  operations: { images: anyModel(imagesOfVendor(IMAGES_VENDORS.xai)) },
  defaultBaseUrl: 'https://api.x.ai/v1',
  takes,
});
