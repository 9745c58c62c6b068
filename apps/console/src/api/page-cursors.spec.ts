import { expect, test } from '@jest/globals';

import { PageCursors } from './page-cursors.js';

const ALL = Array.from({ length: 905 }, (_, index) => index);

/** A list whose cursors are the number of the next row. */
function listOf(asked: number[]) {
  return async (limit: number, cursor: string | undefined) => {
    asked.push(limit);
    const start = Number(cursor ?? 0);
    const next = start + limit;
    return { data: ALL.slice(start, next), nextCursor: next < ALL.length ? String(next) : null, asOf: '' };
  };
}

test('walks from page to page with one request each', async () => {
  const cursors = new PageCursors();
  const asked: number[] = [];
  for (const page of [1, 2, 3, 2]) {
    const { data } = await cursors.read('list', { page, perPage: 50 }, listOf(asked));
    expect(data[0]).toBe((page - 1) * 50);
  }
  expect(asked).toEqual([50, 50, 50, 50]);
});

test('reaches a page that is opened by its address in the largest steps', async () => {
  const asked: number[] = [];
  const { data } = await new PageCursors().read('list', { page: 10, perPage: 50 }, listOf(asked));
  expect(data[0]).toBe(450);
  expect(asked).toEqual([200, 200, 50, 50]);
});

test('shows nothing behind the end', async () => {
  const page = await new PageCursors().read('list', { page: 99, perPage: 50 }, listOf([]));
  expect(page).toMatchObject({ data: [], nextCursor: null });
});
