import { crc32 } from 'node:zlib';

import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { shortCrc32 } from './checksum.js';

test('is the checksum that zlib computes, from wherever it goes on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (array, cut) => {
      const bytes = Buffer.from(array);
      const from = Math.min(cut, bytes.length);
      const before = crc32(bytes.subarray(0, from));
      expect(shortCrc32(bytes, [from, bytes.length], before)).toBe(crc32(bytes));
    }),
  );
});
