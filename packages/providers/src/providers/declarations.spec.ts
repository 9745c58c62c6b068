import { describe, expect, test } from '@jest/globals';

import { providerHeaders } from '../provider-declaration.js';
import { anthropic } from './anthropic/declaration.js';
import { openai } from './openai/declaration.js';
import { providers } from './registry.js';

describe('OpenAI', () => {
  test.each([
    ['gpt-4o', 'stops', 0],
    ['gpt-4.1-mini', 'stops', 0],
    ['gpt-4o-search-preview', 'stops', 1],
    ['gpt-4o-search-preview-2025-03-11', 'stops', 1],
    ['gpt-4o-mini-search-preview', 'stops', 1],
    ['gpt-5-search-api', 'continues', 1],
    ['gpt-5-search-api-2025-10-14', 'continues', 1],
    ['o1', 'continues', 0],
    ['o3-mini-2025-01-31', 'continues', 0],
    ['o4-mini', 'continues', 0],
    ['gpt-5', 'continues', 0],
    ['gpt-5.2', 'continues', 0],
    ['ft:o4-mini-2025-04-16:acme::x1', 'continues', 0],
    ['ft:gpt-4o-2024-08-06:acme::x1', 'stops', 0],
  ] as const)('%s: after a disconnect the bill %s; searches: %i', (model, bill, searches) => {
    expect(openai.billsAfterDisconnect(model)).toBe(bill);
    expect(openai.searchesPerRequest(model)).toBe(searches);
  });
});

describe('Anthropic', () => {
  test.each([
    ['claude-3-haiku-20240307', 'stops'],
    ['claude-sonnet-4-5-20250929', 'stops'],
    ['claude-opus-5', 'stops'],
    ['claude-opus-5-5', 'continues'],
    ['claude-sonnet-5-5', 'continues'],
  ] as const)('%s: after a disconnect the bill %s', (model, bill) => {
    expect(anthropic.billsAfterDisconnect(model)).toBe(bill);
  });

  test('its key goes into a header of its own', () => {
    expect(providerHeaders(anthropic, 'secret')).toEqual({ 'anthropic-version': '2023-06-01', 'x-api-key': 'secret' });
    expect(providerHeaders(anthropic, null)).toEqual({ 'anthropic-version': '2023-06-01' });
    expect(providerHeaders(openai, 'secret')).toEqual({ authorization: 'Bearer secret' });
  });
});

test('no other provider is known to bill for what was not sent', () => {
  for (const provider of providers.values()) {
    if (provider.id === 'openai') continue;
    expect(provider.billsAfterDisconnect('gpt-5')).toBe('stops');
    expect(provider.searchesPerRequest('gpt-4o-search-preview')).toBe(0);
  }
});
