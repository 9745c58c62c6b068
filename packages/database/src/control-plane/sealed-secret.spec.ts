import { randomBytes } from 'node:crypto';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { masterKeyId, openSecret, SealedSecretError, sealSecret } from './sealed-secret.js';

const key = randomBytes(32);

describe('sealed secrets', () => {
  test('open with the same key for the same row', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, row) => {
        expect(openSecret(key, sealSecret(key, secret, row), row)).toBe(secret);
      }),
    );
  });

  test('never twice the same', () => {
    expect(sealSecret(key, 'sk-1', 'cred_1').equals(sealSecret(key, 'sk-1', 'cred_1'))).toBe(false);
  });

  test('do not open with another key, for another row, or with any byte changed, and say nothing of the content', () => {
    const sealed = sealSecret(key, 'sk-canary', 'cred_1');
    expect(() => openSecret(randomBytes(32), sealed, 'cred_1')).toThrow(SealedSecretError);
    expect(() => openSecret(key, sealed, 'cred_2')).toThrow(SealedSecretError);
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => openSecret(key, changed, 'cred_1')).toThrow(SealedSecretError);
      expect(() => openSecret(key, sealed.subarray(0, i), 'cred_1')).toThrow(SealedSecretError);
    }
    expect(sealed.includes('canary')).toBe(false);
  });

  test('master keys are told apart by an id that gives nothing away', () => {
    expect(masterKeyId(key)).toBe(masterKeyId(Buffer.from(key)));
    expect(masterKeyId(key)).not.toBe(masterKeyId(randomBytes(32)));
    expect(key.toString('hex')).not.toContain(masterKeyId(key));
    expect(() => sealSecret(Buffer.alloc(16), 'x', 'y')).toThrow(RangeError);
  });
});
