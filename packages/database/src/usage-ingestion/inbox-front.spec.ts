import { describe, expect, test } from '@jest/globals';

import { InboxFront } from './inbox-front.js';

const BEGINNING = '00000000-0000-0000-0000-000000000000';

describe('InboxFront', () => {
  const whole = (last: string, now = 0) => ({ last, isWhole: true, now });
  const rest = (now: number) => ({ last: '', isWhole: false, now });

  test('is where the lane that is furthest behind has got to', () => {
    const front = new InboxFront();
    front.advance([1, 2], front.of([1, 2], 0), whole('b'));
    front.advance([2], front.of([2], 0), whole('c'));
    expect([front.of([1, 2], 1).requestId, front.of([2], 1).requestId]).toEqual(['b', 'c']);
    expect(front.of([1, 3], 1).requestId).toBe(BEGINNING);
  });

  test('moves on for a while only, and then everything is looked through again', () => {
    const front = new InboxFront();
    let now = 0;
    front.advance([1], front.of([1], now), whole('a'));
    while (front.of([1], now).requestId !== BEGINNING) {
      expect(now).toBeLessThan(5_000);
      front.advance([1], front.of([1], now), whole(`a${now}`, now));
      now += 100;
    }
    expect(now).toBe(5_000);
  });

  test('a lane that is empty does not hold up one that is behind', () => {
    const front = new InboxFront();
    front.advance([1], front.of([1], 0), whole('00000000-0001-7000-8000-000000000000', 1_000_000_000));
    front.advance([2], front.of([2], 0), rest(1_000_000_001));
    expect(front.of([1, 2], 1).requestId).toBe('00000000-0001-7000-8000-000000000000');
  });

  test('is the beginning while nobody is behind, and where booking failed', () => {
    const front = new InboxFront();
    front.advance([1], front.of([1], 0), rest(0));
    expect(front.of([1], 0).requestId).toBe(BEGINNING);
    front.advance([1, 2], front.of([1, 2], 0), whole('a'));
    front.forget([2]);
    expect([front.of([1], 0).requestId, front.of([2], 0).requestId]).toEqual(['a', BEGINNING]);
    front.advance([1], front.of([1], 0), rest(9_000));
    expect(front.of([1], 0).requestId).toBe(BEGINNING);
  });
});
