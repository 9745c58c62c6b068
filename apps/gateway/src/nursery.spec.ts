import { describe, expect, it, jest } from '@jest/globals';

import { Nursery } from './nursery.js';

describe('the nursery', () => {
  it('is emptied after so many bytes', () => {
    const collect = jest.fn<NonNullable<typeof globalThis.gc>>();
    const nursery = new Nursery(32 * 1024 * 1024, collect as unknown as typeof globalThis.gc);
    for (let i = 0; i < 32 * 3 + 1; i++) nursery.passed(1024 * 1024);
    expect(collect).toHaveBeenCalledTimes(3);
    expect(collect).toHaveBeenCalledWith({ type: 'minor', execution: 'sync' });
  });

  it('does nothing where the engine cannot be asked', () => {
    const nursery = new Nursery(1, undefined);
    expect(() => nursery.passed(64 * 1024 * 1024)).not.toThrow();
  });
});
