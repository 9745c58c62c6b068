import { errorReader } from '../../dialects/openai-chat/read-error.js';

/** Zhipu's own numbers, some of which come with a status that says something else; source: docs.z.ai/api-reference/api-code. */
export const readZhipuError = errorReader({
  '1113': 'provider_credentials_exhausted',
  '1121': 'provider_credentials_exhausted',
  '1211': 'provider_model_not_found',
  '1261': 'provider_context_length_exceeded',
  '1301': 'provider_content_filtered',
  '1302': 'provider_rate_limited',
  '1303': 'provider_rate_limited',
  '1304': 'provider_rate_limited',
  '1305': 'provider_overloaded',
  '1308': 'provider_credentials_exhausted',
});
