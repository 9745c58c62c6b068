import { CHAT_COMPLETIONS, chatVendor, RESPONSES } from '../openai-compatible/chat-vendor.js';
import { speechToText } from '../openai-compatible/openai-operations.js';
import { TRANSCRIPTION_VENDORS } from '../../operations/transcription/transcription-provider.js';
import { anyModel } from '../../operations/any-model.js';
import { SPEECH_VENDORS, speechOfVendor } from '../../operations/speech/speech-vendors.js';

/** Refused by name with a 400; source: console.groq.com/docs/openai, "Currently unsupported OpenAI features". */
const REFUSED = ['logprobs', 'logit_bias', 'top_logprobs', 'n', 'top_k'];

export const groq = chatVendor({
  id: 'groq',
  displayName: 'Groq',
  documentationUrl: 'https://console.groq.com/docs/api-reference',
  credentialUrl: 'https://console.groq.com/keys',
  environment: { secret: ['GROQ_API_KEY'], baseUrl: ['GROQ_BASE_URL'] },
  endpoints: [CHAT_COMPLETIONS, RESPONSES],
  operations: { ...speechToText(TRANSCRIPTION_VENDORS.groq), speech: anyModel(speechOfVendor(SPEECH_VENDORS.groq)) },
  defaultBaseUrl: 'https://api.groq.com/openai/v1',
  takes: (model) => ({ outputCapField: 'max_completion_tokens', refuses: REFUSED, ...thinkingOf(model) }),
});

/** Source: console.groq.com/docs/reasoning, "Reasoning effort". */
function thinkingOf(model: string) {
  if (model.includes('gpt-oss')) return { thinking: 'effort', efforts: ['low', 'medium', 'high'] } as const;
  if (!model.includes('qwen3')) return {};
  return { thinking: 'effort', leastThinking: 'nothing', efforts: ['none', 'default'] } as const;
}
