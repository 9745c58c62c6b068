import { describe, expect, test } from '@jest/globals';

import { InboxFront } from './inbox-front.js';

const BEGINNING = '00000000-0000-0000-0000-000000000000';

describe('InboxFront', () => {
  test('is where the lane that is furthest behind has got to', () => {
    const front = new InboxFront();
    front.advance([1, 2], front.of([1, 2], 0), 'b');
    front.advance([2], front.of([2], 0), 'c');
    expect([front.of([1, 2], 1).requestId, front.of([2], 1).requestId]).toEqual(['b', 'c']);
    expect(front.of([1, 3], 1).requestId).toBe(BEGINNING);
  });

  test('moves on for a while only, and then everything is looked through again', () => {
    const front = new InboxFront();
    let now = 0;
    front.advance([1], front.of([1], now), 'a');
    while (front.of([1], now).requestId !== BEGINNING) {
      expect(now).toBeLessThan(5_000);
      front.advance([1], front.of([1], now), `a${now}`);
      now += 100;
    }
    expect(now).toBe(5_000);
  });

  test('is forgotten when lanes are nearly empty', () => {
    const front = new InboxFront();
    front.advance([1, 2], front.of([1, 2], 0), 'a');
    front.forget([2]);
    expect([front.of([1], 0).requestId, front.of([2], 0).requestId]).toEqual(['a', BEGINNING]);
  });
});
