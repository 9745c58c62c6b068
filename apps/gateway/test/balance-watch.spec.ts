import { InProcessAdmissionStore } from '@tollgate/admission';
import { loadControlPlane, inTransaction, requestManualPosting } from '@tollgate/database';
import { newRequestId, type UsageEvent } from '@tollgate/domain';
import type { Logger } from '@tollgate/telemetry';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';

import { AdmissionScopes } from '../src/inference/control-plane/admission-scopes.js';
import { BalanceCheckpoints } from '../src/inference/control-plane/balance-checkpoints.js';
import { BalanceWatch } from '../src/inference/control-plane/balance-watch.js';
import { seedSpend } from '../src/inference/seed-spend.js';
import { EVENT_NANOS, PricedBooks } from './priced-books.js';

const logger = { info: () => undefined, warn: () => undefined } as unknown as Logger;
const DOLLAR_PICOS = 1_000_000_000_000n;
const LATER_MS = 11_000;

/** A gateway's admission beside the books: what the one captured and the other booked must come to the same. */
describe('balances beside the books', () => {
  let books: PricedBooks;
  beforeAll(async () => {
    books = await PricedBooks.open();
  });
  afterEach(async () => {
    const { rows } = await books.database.pool.query('SELECT reason FROM usage_quarantine');
    expect(rows).toEqual([]);
  });
  afterAll(() => books.close());

  class Gateway {
    private constructor(
      readonly store: InProcessAdmissionStore,
      private readonly checkpoints: BalanceCheckpoints,
      private readonly watch: BalanceWatch,
    ) {}

    static async start(): Promise<Gateway> {
      const store = new InProcessAdmissionStore({ onExpired: () => undefined });
      const checkpoints = new BalanceCheckpoints();
      await seedSpend(books.database, store, { logger, checkpoints });
      const { pool } = books.database;
      const forwardedTo = (): number => Date.now();
      const gateway = new Gateway(
        store,
        checkpoints,
        new BalanceWatch({ pool, admission: store, checkpoints, forwardedTo }),
      );
      await gateway.read();
      return gateway;
    }

    /** As with every change of the control plane. */
    async read(): Promise<void> {
      await this.watch.follow(new AdmissionScopes(await loadControlPlane(books.database.pool), this.store));
    }

    stop(): void {
      this.watch.stop();
    }

    available(organizationId: string): number | undefined {
      const scope = this.store.handleOf({ organizationId, kind: 'organization', id: organizationId }, 'UTC');
      return this.store.inspect(scope, Date.now()).balance?.availableNanos;
    }

    /** Serves a request, and answers its event. */
    serve(organizationId: string, changes: Partial<UsageEvent> & { readonly capturedNanos?: number } = {}): UsageEvent {
      const { capturedNanos = EVENT_NANOS, ...rest } = changes;
      const scopes = [this.store.handleOf({ organizationId, kind: 'organization', id: organizationId }, 'UTC')];
      const occurredAt = Date.now();
      const { uuid: requestId, public: id } = newRequestId(occurredAt);
      const request = { requestId: id, scopes, tokensBound: 0, holdNanos: capturedNanos, occurredAt };
      const result = this.store.admit({ ...request, mayDowngrade: false });
      if (!result.admitted) throw new Error('refused');
      this.store.capture(result.hold, { nanos: capturedNanos, tokens: 0 });
      return books.eventOf(organizationId, occurredAt, { requestId, ...rest });
    }
  }

  async function pay(organizationId: string, dollars = 1n, key = 'paid'): Promise<void> {
    const draft = { organizationId, kind: 'payment', picos: dollars * DOLLAR_PICOS, reason: 'test' } as const;
    await inTransaction(books.database.pool, 'READ COMMITTED', (client) =>
      requestManualPosting(client, { ...draft, requestedBy: 'test', idempotencyKey: key }),
    );
  }

  const DOLLAR = 1_000_000_000;

  test('however far the books are behind, what is captured is taken off once', async () => {
    const id = await books.createOrganization('UTC', 'prepaid');
    await pay(id);
    const gateway = await Gateway.start();
    expect(gateway.available(id)).toBe(DOLLAR);
    const events = [gateway.serve(id), gateway.serve(id), gateway.serve(id)];
    const left = DOLLAR - 3 * EVENT_NANOS;
    await gateway.read();
    expect(gateway.available(id)).toBe(left);
    await books.forward(events);
    await gateway.read();
    expect(gateway.available(id)).toBe(left);
    await books.bookAll();
    await gateway.read();
    expect(gateway.available(id)).toBe(left);
    await pay(id, 2n, 'again');
    await gateway.read();
    expect(gateway.available(id)).toBe(left + 2 * DOLLAR);
    gateway.stop();
  });

  test('corrections up and down change what is available, in this gateway and in one that starts later', async () => {
    const id = await books.createOrganization('UTC', 'prepaid');
    await pay(id);
    const gateway = await Gateway.start();
    const [one, other] = [gateway.serve(id), gateway.serve(id)];
    await books.forward([one, other]);
    await books.bookAll();
    await books.forward([{ ...one, revision: 1, usage: { input: 4_000 } }]);
    // on its way: a gateway that starts now must count no first revision twice
    const early = await Gateway.start();
    expect(early.available(id)).toBe(DOLLAR - 2 * EVENT_NANOS);
    await books.bookAll();
    await gateway.read();
    expect(gateway.available(id)).toBe(DOLLAR - 5 * EVENT_NANOS);
    await books.forward([{ ...other, revision: 1, usage: { input: 0 } }]);
    await books.bookAll();
    const late = await Gateway.start();
    for (const each of [gateway, early, late]) {
      await each.read();
      expect(each.available(id)).toBe(DOLLAR - 4 * EVENT_NANOS);
      each.stop();
    }
  });

  test('a gateway that starts knows what waits, and what was owed before is repaid first', async () => {
    const id = await books.createOrganization('UTC', 'prepaid');
    await books.forward([books.eventOf(id)]);
    await books.bookAll();
    const gateway = await Gateway.start();
    expect(gateway.available(id)).toBe(-EVENT_NANOS);
    await pay(id);
    await books.forward([books.eventOf(id)]);
    const next = await Gateway.start();
    await gateway.read();
    // the old one has captured nothing of it
    expect(gateway.available(id)).toBe(DOLLAR - EVENT_NANOS);
    expect(next.available(id)).toBe(DOLLAR - 2 * EVENT_NANOS);
    gateway.stop();
    next.stop();
  });

  test('what the worker booked otherwise than it was captured is put right when nothing is on its way', async () => {
    const id = await books.createOrganization('UTC', 'prepaid');
    await pay(id);
    const gateway = await Gateway.start();
    const event = gateway.serve(id, { capturedNanos: 5 * EVENT_NANOS });
    await gateway.read();
    expect(gateway.available(id)).toBe(DOLLAR - 5 * EVENT_NANOS);
    await books.forward([event]);
    await books.bookAll();
    const now = jestNow();
    try {
      now.move(LATER_MS);
      await gateway.read(); // a sample, after which nothing is captured
      now.move(LATER_MS);
      await gateway.read();
      expect(gateway.available(id)).toBe(DOLLAR - EVENT_NANOS);
    } finally {
      now.restore();
    }
    // and stays so while more comes
    await books.forward([gateway.serve(id)]);
    await gateway.read();
    expect(gateway.available(id)).toBe(DOLLAR - 2 * EVENT_NANOS);
    gateway.stop();
  });

  test('an organization that begins to pay beforehand is bounded by what it has then', async () => {
    const id = await books.createOrganization();
    const gateway = await Gateway.start();
    await books.forward([gateway.serve(id)]);
    await books.bookAll();
    expect(gateway.available(id)).toBeUndefined();
    await books.database.prisma.organization.update({ where: { id }, data: { billingMode: 'prepaid' } });
    await gateway.read();
    expect(gateway.available(id)).toBe(-EVENT_NANOS);
    await books.database.prisma.organization.update({ where: { id }, data: { billingMode: 'postpaid' } });
    await gateway.read();
    expect(gateway.available(id)).toBeUndefined();
    gateway.stop();
  });

  test('millions are counted to the nanounit', async () => {
    const id = await books.createOrganization('UTC', 'prepaid');
    const { pool } = books.database;
    await pay(id, 3n);
    await pool.query(`UPDATE organization_funding SET captured = 12345678901.000000001 WHERE organization_id = $1`, [
      id,
    ]);
    const gateway = await Gateway.start();
    expect(gateway.available(id)).toBe(3 * DOLLAR);
    gateway.serve(id, { capturedNanos: 7 });
    await gateway.read();
    expect(gateway.available(id)).toBe(3 * DOLLAR - 7);
    gateway.stop();
  });
});

/** Moves the wall clock of this process. */
function jestNow(): { move(ms: number): void; restore(): void } {
  const real = Date.now.bind(Date);
  let offset = 0;
  Date.now = () => real() + offset;
  return {
    move: (ms) => (offset += ms),
    restore: () => {
      Date.now = real;
    },
  };
}
