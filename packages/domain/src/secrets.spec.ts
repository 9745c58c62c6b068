import { describe, expect, test } from '@jest/globals';

import { API_KEY_PREFIX, hashSecret, issueSecret, isWellFormedSecret, MANAGEMENT_TOKEN_PREFIX } from './secrets.js';

describe('issued secrets', () => {
  test('an issued secret is well formed, and only under its own prefix', () => {
    const { secret, hash } = issueSecret(API_KEY_PREFIX);
    expect(isWellFormedSecret(API_KEY_PREFIX, secret)).toBe(true);
    expect(isWellFormedSecret(MANAGEMENT_TOKEN_PREFIX, secret)).toBe(false);
    expect(hashSecret(secret)).toBe(hash);
  });

  test('one wrong character is noticed by the checksum', () => {
    const { secret } = issueSecret(API_KEY_PREFIX);
    for (let i = 3; i < secret.length; i++) {
      const wrong = secret.slice(0, i) + (secret[i] === 'a' ? 'b' : 'a') + secret.slice(i + 1);
      expect(isWellFormedSecret(API_KEY_PREFIX, wrong)).toBe(false);
    }
  });

  test('the display prefix does not give the secret away', () => {
    const { secret, displayPrefix } = issueSecret(API_KEY_PREFIX);
    expect(displayPrefix.length).toBeLessThan(14);
    expect(secret.startsWith(displayPrefix.slice(0, 7))).toBe(true);
  });
});
