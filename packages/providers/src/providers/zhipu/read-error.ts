import { errorReader } from '../../dialects/openai-chat/read-error.js';

/**
 * Zhipu's own numbers, some of which come with a status that says something else; source: docs.z.ai/api-reference/api-code
 * and docs.bigmodel.cn/cn/api/api-code, which lists more of them.
 */
export const readZhipuError = errorReader({
  // the account: not active, unknown, locked, without money, locked for what it did
  '1110': 'provider_credentials_exhausted',
  '1111': 'provider_credentials_exhausted',
  '1112': 'provider_credentials_exhausted',
  '1113': 'provider_credentials_exhausted',
  '1121': 'provider_credentials_exhausted',
  '1211': 'provider_model_not_found',
  '1220': 'provider_credentials_exhausted',
  '1234': 'provider_failed',
  '1261': 'provider_context_length_exceeded',
  '1301': 'provider_content_filtered',
  '1302': 'provider_rate_limited',
  '1303': 'provider_rate_limited',
  '1304': 'provider_rate_limited',
  '1305': 'provider_overloaded',
  // the plan: used up for some hours, over, used up for the week, without the model
  '1308': 'provider_credentials_exhausted',
  '1309': 'provider_credentials_exhausted',
  '1310': 'provider_credentials_exhausted',
  '1311': 'provider_credentials_exhausted',
  '1312': 'provider_overloaded',
  '1313': 'provider_rate_limited',
});
