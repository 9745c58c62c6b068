import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OperationId } from '@tollgate/wire';
import { startAdminApi, type AdminApi } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  ingest,
  newUsageEvent,
  type OrganizationWorld,
} from './admin-world.js';

let api: AdminApi;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
});
afterAll(() => api.close());

interface ListPage {
  readonly data: readonly { readonly id: string }[];
  readonly nextCursor: string | null;
}

/** Walks a list to its end, doing something between the pages. */
async function walk(
  id: OperationId,
  call: { params?: Record<string, string>; query: Record<string, string> },
  between: () => Promise<unknown> = async () => undefined,
): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = cursor === null ? call.query : { ...call.query, cursor };
    const page = (await api.ok(id, { ...call, query })) as ListPage;
    seen.push(...page.data.map((row) => row.id));
    cursor = page.nextCursor;
    await between();
  } while (cursor !== null);
  return seen;
}

describe('projects', () => {
  const names = Array.from({ length: 23 }, (_, index) => `Project ${String((index * 7) % 23).padStart(2, '0')}`);
  const ids: string[] = [];
  beforeAll(async () => {
    const params = { organizationId: world.organizationId };
    for (const name of names) ids.push((await api.ok('createProject', { params, body: { name } })).id);
  });

  test.each([
    ['createdAt', (a: number, b: number) => a - b],
    ['-createdAt', (a: number, b: number) => b - a],
  ])('sorted by %s, each comes once while others are inserted', async (sort, order) => {
    const params = { organizationId: world.organizationId };
    let extra = 0;
    const insert = (): Promise<unknown> =>
      api.ok('createProject', { params, body: { name: `${sort} extra ${++extra}` } });
    // ascending, each page would bring another last row, and the walk would never end
    const between = (): Promise<unknown> => (sort === '-createdAt' || extra < 3 ? insert() : Promise.resolve());
    const seen = await walk('listProjects', { params, query: { sort, limit: '5' } }, between);
    expect(new Set(seen).size).toBe(seen.length);
    const expected = ids.map((id, index) => ({ id, index })).sort((a, b) => order(a.index, b.index));
    expect(seen.filter((id) => ids.includes(id))).toEqual(expected.map(({ id }) => id));
  });

  test.each(['name', '-name'])('sorted by %s', async (sort) => {
    const params = { organizationId: world.organizationId };
    const seen = await walk('listProjects', { params, query: { sort, limit: '4' } });
    const ours = seen.filter((id) => ids.includes(id)).map((id) => names[ids.indexOf(id)]);
    const sorted = [...names].sort();
    expect(ours).toEqual(sort === 'name' ? sorted : sorted.reverse());
  });

  test('a cursor belongs to its order', async () => {
    const params = { organizationId: world.organizationId };
    const first = await api.ok('listProjects', { params, query: { limit: '2' } });
    const cursor = first.nextCursor ?? '';
    for (const query of [
      { sort: 'name', cursor },
      { sort: 'createdAt', cursor },
      { cursor: 'garbage' },
      { cursor: `${cursor}x` },
    ]) {
      const refusal = await api.refused('listProjects', 400, { params, query });
      expect(refusal.errors).toMatchObject([{ pointer: '/query/cursor' }]);
    }
  });

  test('the whole of a list that is as long as the limit has no next page', async () => {
    const params = { projectId: world.projectId };
    const page = await api.ok('listApiKeys', { params, query: { limit: '1' } });
    expect(page).toMatchObject({ nextCursor: null, data: [{ id: world.apiKeyId }] });
  });
});

test('requests that occurred in one millisecond are told apart by their ids', async () => {
  const occurredAt = Date.now() - 3_600_000;
  const events = Array.from({ length: 17 }, () => newUsageEvent(world, { occurredAt }));
  await ingest(api, events);
  const query = { from: new Date(occurredAt).toISOString(), to: new Date(occurredAt + 1).toISOString(), limit: '3' };
  const descending = await walk('listRequests', { query });
  expect(descending).toHaveLength(17);
  expect(new Set(descending).size).toBe(17);
  const ascending = await walk('listRequests', { query: { ...query, sort: 'occurredAt' } });
  expect(ascending).toEqual(descending.reverse());
});

test('new requests do not disturb the pages behind them', async () => {
  const before = await walk('listRequests', { query: { limit: '200' } });
  const seen = await walk('listRequests', { query: { limit: '4' } }, () =>
    ingest(api, [newUsageEvent(world, { occurredAt: Date.now() })]),
  );
  expect(seen).toEqual(before);
});
