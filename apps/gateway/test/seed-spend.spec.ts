import { InProcessAdmissionStore, type ScopeHandle, type ScopeState } from '@tollgate/admission';
import { insertUsageInbox } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { Logger } from '@tollgate/telemetry';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { BalanceCheckpoints } from '../src/inference/control-plane/balance-checkpoints.js';
import { seedSpend } from '../src/inference/seed-spend.js';
import { EVENT_NANOS, PricedBooks } from './priced-books.js';

const HOUR_MS = 3_600_000;

/** What a gateway that starts knows of the running month. */
describe('spend at the start', () => {
  let books: PricedBooks;
  let warnings: unknown[] = [];
  const logger = {
    info: () => undefined,
    warn: (details: unknown) => warnings.push(details),
  } as unknown as Logger;

  beforeAll(async () => {
    books = await PricedBooks.open();
  });

  afterAll(() => books.close());

  async function move(id: string, timeZone: string): Promise<void> {
    await books.database.prisma.organization.update({ where: { id }, data: { timeZone } });
  }

  async function restart(): Promise<InProcessAdmissionStore> {
    warnings = [];
    const store = new InProcessAdmissionStore({ onExpired: () => undefined });
    await seedSpend(books.database, store, { logger, checkpoints: new BalanceCheckpoints() });
    return store;
  }

  function organizationIn(store: InProcessAdmissionStore, id: string, timeZone: string): ScopeHandle {
    return store.handleOf({ organizationId: id, kind: 'organization', id }, timeZone);
  }

  function stateOf(store: InProcessAdmissionStore, id: string, timeZone: string): ScopeState {
    return store.inspect(organizationIn(store, id, timeZone), Date.now());
  }

  async function periodsOf(organizationId: string): Promise<{ startsAt: number; resetsAt: number }[]> {
    const periods = await books.database.prisma.accountingPeriod.findMany({
      where: { organizationId },
      orderBy: { startsAt: 'asc' },
    });
    return periods.map(({ startsAt, endsAt }) => ({ startsAt: startsAt.getTime(), resetsAt: endsAt.getTime() }));
  }

  test.each([
    ['Asia/Tokyo', 'UTC'],
    ['Asia/Tokyo', 'America/Los_Angeles'],
    ['Pacific/Kiritimati', 'Pacific/Pago_Pago'],
    ['America/Los_Angeles', 'Pacific/Kiritimati'],
  ])('money of the month is known when the time zone has moved from %s to %s', async (from, to) => {
    const id = await books.createOrganization(from);
    await books.forward([books.eventOf(id)]);
    await books.bookAll();
    await move(id, to);
    await books.forward([books.eventOf(id)]);
    const [running] = await periodsOf(id);
    for (const kind of ['organization', 'project', 'api_key'] as const) {
      const store = await restart();
      const scopeId = { organization: id, project: `proj_${id}`, api_key: `key_${id}` }[kind];
      const scope = store.handleOf({ organizationId: id, kind, id: scopeId }, to);
      expect(store.inspect(scope, Date.now())).toMatchObject({ spentNanos: 2 * EVENT_NANOS, ...running });
    }
    await books.bookAll();
    expect(stateOf(await restart(), id, to)).toMatchObject({ spentNanos: 2 * EVENT_NANOS, ...running });
  });

  test.each([
    ['Asia/Tokyo', 'America/Los_Angeles'],
    ['America/Los_Angeles', 'Pacific/Kiritimati'],
    ['Europe/Berlin', 'UTC'],
  ])('from %s to %s: gateway and books begin and end the next month together', async (from, to) => {
    // the month before last and the last one, so that the next month of a change is a month that can be booked
    const id = await books.createOrganization(from);
    const store = new InProcessAdmissionStore({ onExpired: () => undefined });
    const first = Date.now() - 75 * 24 * HOUR_MS;
    store.admit({
      requestId: 'a',
      scopes: [organizationIn(store, id, from)],
      tokensBound: 0,
      holdNanos: 0,
      occurredAt: first,
    });
    await books.forward([books.eventOf(id, first)]);
    await books.bookAll();
    await move(id, to);
    const [month] = await periodsOf(id);
    if (month === undefined) throw new Error('nothing was booked');
    const running = organizationIn(store, id, to);
    expect(store.inspect(running, first)).toMatchObject(month);
    await books.forward([books.eventOf(id, month.resetsAt - 1), books.eventOf(id, month.resetsAt)]);
    await books.bookAll();
    const [, next] = await periodsOf(id);
    expect(next?.startsAt).toBe(month.resetsAt);
    expect(store.inspect(running, month.resetsAt - 1)).toMatchObject(month);
    expect(store.inspect(running, month.resetsAt)).toMatchObject({ ...next });
    expect(await periodsOf(id)).toHaveLength(2);
  });

  test('one record that cannot be booked keeps no gateway from starting, and no money from being counted', async () => {
    const id = await books.createOrganization('UTC');
    const broken = { ...books.eventOf(id), payload: Buffer.from('{"kind":"event"') };
    const unknown = books.eventOf(id);
    await insertUsageInbox(books.database.pool, [
      broken,
      { ...unknown, payload: Buffer.from(JSON.stringify({ ...unknown, outcome: 'teleported' })) },
    ]);
    await books.forward([
      books.eventOf(id, Date.now(), { priceSnapshotId: 'snap_missing' }),
      books.eventOf(newId('organization')),
      books.eventOf(id),
    ]);
    const store = await restart();
    expect(stateOf(store, id, 'UTC')).toMatchObject({ spentNanos: EVENT_NANOS });
    expect(warnings).toMatchObject([{ events: 4 }]);
    await books.bookAll();
    expect(stateOf(await restart(), id, 'UTC')).toMatchObject({ spentNanos: EVENT_NANOS });
  });

  test('a correction that waits counts nothing beside what it corrects', async () => {
    const id = await books.createOrganization('UTC');
    const event = books.eventOf(id);
    await books.forward([event]);
    await books.bookAll();
    await books.forward([{ ...event, revision: 1, capturedCost: null }]);
    const scope = stateOf(await restart(), id, 'UTC');
    expect(scope).toMatchObject({ spentNanos: EVENT_NANOS });
    await books.bookAll();
    expect(stateOf(await restart(), id, 'UTC')).toMatchObject({ spentNanos: EVENT_NANOS });
  });

  test('a backlog of many pages is counted to the last event', async () => {
    const id = await books.createOrganization('UTC');
    await books.forward(Array.from({ length: 2_500 }, () => books.eventOf(id)));
    expect(stateOf(await restart(), id, 'UTC')).toMatchObject({ spentNanos: 2_500 * EVENT_NANOS });
    await books.bookAll();
  });
});
