import { describe, expect, test } from '@jest/globals';

import { compileAllowlist } from './model-patterns.js';

describe('model allowlist', () => {
  test.each([
    [['gpt-4o'], 'gpt-4o', true],
    [['gpt-4o'], 'gpt-4o-mini', false],
    [['gpt-4o*'], 'gpt-4o-mini', true],
    [['sandbox/*'], 'sandbox/echo', true],
    [['sandbox/*'], 'sandbox', false],
    [['*'], 'anything', true],
    [['gpt-4.1'], 'gpt-4x1', false],
    [['gpt-4.1*'], 'gpt-4x1', false],
    [['*mini*'], 'gpt-4o-mini-2024', true],
    [[], 'gpt-4o', false],
  ])('%j on %s: %s', (entries, model, allowed) => expect(compileAllowlist(entries)(model)).toBe(allowed));
});
