import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isVisible, onOneLine } from './pasted-secret.js';
import { providerCredentialOperations } from './provider-credentials.js';

const KEY_FILE = { type: 'service_account', private_key: '-----BEGIN PRIVATE KEY-----\nabc\n', name: 'Zürich 😀' };

describe('a pasted secret', () => {
  test('keeps what it says when it comes from a file', () => {
    const pasted = `\n${JSON.stringify(KEY_FILE, null, 2).replaceAll('\n', '\r\n')}\r\n`;
    const kept = onOneLine(pasted);
    expect(isVisible(kept)).toBe(true);
    expect(JSON.parse(kept)).toEqual(KEY_FILE);
    expect(onOneLine(kept)).toBe(kept);
  });

  test('is left as it is when it is no JSON document', () => {
    for (const text of ['sk-1', 'line\nbreak', '{"half', ' sk-1', '[1,\n2]', `{"a":${'['.repeat(20_000)}`]) {
      expect(onOneLine(text)).toBe(text);
    }
  });

  test('any document says the same on one line', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (document) => {
        const kept = onOneLine(JSON.stringify(document, null, 4));
        expect(isVisible(kept)).toBe(true);
        expect(JSON.parse(kept)).toEqual(document);
      }),
    );
  });

  test('is judged after it was put on one line', () => {
    const { body } = providerCredentialOperations.createProviderCredential;
    const taken = (secret: string) => body?.safeParse({ provider: 'google-vertex', name: 'n', secret });
    const indented = JSON.stringify({ a: 'x'.repeat(7000) }, null, 2000);
    expect(taken(indented)).toMatchObject({ success: true, data: { secret: JSON.stringify(JSON.parse(indented)) } });
    expect(taken(JSON.stringify({ a: 'x'.repeat(8000) }))?.success).toBe(false);
    expect(taken('line\nbreak')?.success).toBe(false);
    expect(taken('')?.success).toBe(false);
  });
});
