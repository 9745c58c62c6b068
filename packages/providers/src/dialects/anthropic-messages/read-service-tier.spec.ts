import { describe, expect, test } from '@jest/globals';

import { anthropic } from '../../providers/anthropic/declaration.js';
import { openai } from '../../providers/openai/declaration.js';
import { readServiceTier } from './read-service-tier.js';

describe('the tier of an answer', () => {
  test.each([
    [{ service_tier: 'standard', inference_geo: 'global', speed: 'standard' }, 'standard'],
    [{ service_tier: 'standard' }, 'standard'],
    [{ service_tier: 'batch', inference_geo: 'not_available' }, 'batch'],
    [{ service_tier: 'priority', speed: null }, 'priority'],
    [{ service_tier: 'standard', speed: 'fast' }, 'fast'],
    [{ service_tier: 'standard', inference_geo: 'us' }, 'us'],
    [{ service_tier: 'standard', inference_geo: 'us', speed: 'fast' }, 'fast-us'],
    [{ service_tier: 'batch', inference_geo: 'us' }, 'batch-us'],
    [{ inference_geo: 'us' }, 'us'],
    [{ input_tokens: 1 }, null],
    [null, null],
  ])('%j is %s', (usage, expected) => {
    expect(readServiceTier(usage)).toBe(expected);
  });
});

describe('tiers that may be served', () => {
  test.each([
    [null, ['standard', 'us']],
    ['auto', ['standard', 'us']],
    ['default', ['standard', 'us']],
    ['fast', ['fast', 'fast-us', 'standard', 'us']],
    ['us', ['us']],
    ['fast-us', ['fast-us', 'us']],
  ])('%s: %j', (asked, expected) => {
    expect(anthropic.servableTiers?.(asked)).toEqual(expected);
  });

  test('where inference takes place is no tier at OpenAI, whose ordinary prices hold', () => {
    for (const asked of ['us', 'fast-us']) expect(openai.servableTiers?.(asked)).toBeNull();
    expect(openai.servableTiers?.('flex')).toEqual(['flex', 'default']);
  });
});
