import { describe, expect, test } from '@jest/globals';

import { readErrorResponse } from '../src/dialects/openai-chat/read-error.js';
import { NO_RECORDINGS, recordings } from './recorded-exchanges.js';

/** What each recorded refusal of a server that speaks chat completions means. */
const MEANING: Readonly<Record<string, string>> = {
  'azure/content-filter.json': 'provider_content_filtered',
  'azure/err-401.json': 'provider_credentials_exhausted',
  'azure/err-404.json': 'provider_model_not_found',
  'groq/err-400.json': 'provider_rejected_request',
  'groq/err-404.json': 'provider_model_not_found',
  'openai/err-400.json': 'provider_rejected_request',
  'openai/err-404.json': 'provider_model_not_found',
  'openai-responses/err-400.json': 'provider_rejected_request',
  'openrouter/err-429.json': 'provider_rate_limited',
};

const refused = recordings.filter(({ response }) => response.status >= 400);
const maybe = NO_RECORDINGS ? describe.skip : describe;

maybe('recorded refusals', () => {
  test.each(refused.map((exchange) => [exchange.name, exchange] as const))('%s', (name, { response }) => {
    const body = Buffer.from(JSON.stringify(response.body ?? {}));
    const error = readErrorResponse(response.status, response.headers ?? {}, body);
    expect(error.message).not.toMatch(/https?:|user_|req_/);
    if (name in MEANING) expect(error.code).toBe(MEANING[name]);
  });
});
