import { CHAT_COMPLETIONS, chatVendor, messagesBeside, RESPONSES } from '../openai-compatible/chat-vendor.js';

/** Source: platform.minimax.io/docs/api-reference/text-openai-api, "Important Note": some parameters are ignored, `n` is 1. */
const REFUSED = ['n', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'seed', 'logprobs'];

/** `https://api.minimaxi.com/v1` in China; `/responses` by platform.minimax.io/docs/guides/server-tools. What goes wrong comes in `base_resp` of an answer that looks like success. */
export const minimax = chatVendor({
  id: 'minimax',
  displayName: 'MiniMax',
  documentationUrl: 'https://platform.minimax.io/docs/api-reference/text-openai-api',
  credentialUrl: 'https://platform.minimax.io/user-center/basic-information/interface-key',
  environment: { secret: ['MINIMAX_API_KEY'], baseUrl: ['MINIMAX_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, messagesBeside(/\/v1$/, '/anthropic/v1/messages'), RESPONSES],
  defaultBaseUrl: 'https://api.minimax.io/v1',
  takes: () => ({ forcedToolChoice: false, refuses: REFUSED }),
});
