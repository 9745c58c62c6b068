import { expect, test } from '@jest/globals';
import { changesBetween } from './audit-recorder.js';

test('tells the fields that differ, with both values', () => {
  const before = { id: 'a', name: 'Old', tags: ['x'], version: 1, updatedAt: 'then', limit: { rate: 1 } };
  const after = { id: 'a', name: 'New', tags: ['x'], version: 2, updatedAt: 'now', limit: { rate: 2 } };
  expect(changesBetween(before, after)).toEqual({
    name: { before: 'Old', after: 'New' },
    limit: { before: { rate: 1 }, after: { rate: 2 } },
  });
});

test('tells everything of what is made and of what is gone', () => {
  expect(changesBetween(null, { name: 'New', note: null })).toEqual({ name: { before: null, after: 'New' } });
  expect(changesBetween({ name: 'Old' }, null)).toEqual({ name: { before: 'Old', after: null } });
});
