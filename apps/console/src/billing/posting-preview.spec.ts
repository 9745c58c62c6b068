import { describe, expect, test } from '@jest/globals';
import { MANUAL_POSTING_KINDS, parsePicos } from '@tollgate/domain';

import { previewPosting } from './posting-preview.js';

const usd = parsePicos;

describe('previewPosting', () => {
  test('repays what is owed before anything becomes credit', () => {
    expect(previewPosting('payment', usd('100'), usd('30'))).toEqual({
      lines: [
        { account: 'cash', picos: usd('100') },
        { account: 'receivable', picos: usd('-30') },
        { account: 'prepaid', picos: usd('-70') },
      ],
      granted: usd('70'),
    });
    expect(previewPosting('payment', usd('20'), usd('30')).granted).toBe(0n);
    expect(previewPosting('adjustment', usd('5'), usd('-1')).granted).toBe(usd('5'));
  });

  test('posts nothing for credit that is given away, or taken back', () => {
    expect(previewPosting('promotion', usd('5'), usd('30'))).toEqual({ lines: [], granted: usd('5') });
    expect(previewPosting('revocation', usd('5'), 0n)).toEqual({ lines: [], granted: 0n });
  });

  test.each(MANUAL_POSTING_KINDS)('%s sums to zero', (kind) => {
    for (const picos of kind === 'adjustment' ? [usd('7'), usd('-7')] : [usd('7')]) {
      const { lines } = previewPosting(kind, picos, usd('3'));
      expect(lines.reduce((sum, line) => sum + line.picos, 0n)).toBe(0n);
    }
  });
});
