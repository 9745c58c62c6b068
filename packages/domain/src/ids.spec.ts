import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { decodeBase32, encodeBase32 } from './base32.js';
import { isId, newId, newRequestId, publicRequestId, requestUuid } from './ids.js';
import { instantOfUuid, lowestUuidAt } from './uuid.js';

describe('ids', () => {
  test('base32 gives the bytes back and sorts like them', () => {
    const bytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(decodeBase32(encodeBase32(a))).toEqual(a);
        expect(Math.sign(Buffer.compare(a, b))).toBe(
          encodeBase32(a) < encodeBase32(b) ? -1 : encodeBase32(a) > encodeBase32(b) ? 1 : 0,
        );
      }),
    );
  });

  test('a request id carries the instant at which it was minted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 47 }), (ms) => {
        const id = newRequestId(ms);
        expect(instantOfUuid(id.uuid)).toBe(ms);
        expect(requestUuid(id.public)).toBe(id.uuid);
        expect(publicRequestId(id.uuid)).toBe(id.public);
        expect(lowestUuidAt(ms) <= id.uuid && id.uuid < lowestUuidAt(ms + 1)).toBe(true);
      }),
    );
  });

  test('ids do not repeat', () => {
    const ids = new Set(Array.from({ length: 20_000 }, () => newId('project')));
    expect(ids.size).toBe(20_000);
  });

  test.each([
    'proj_',
    'proj_x',
    'org_01jd0000000000000000000000',
    'proj_z1jd0000000000000000000000',
    'proj_il000000000000000000000000',
  ])('%s is no project id', (text) => expect(isId('project', text)).toBe(false));
});
