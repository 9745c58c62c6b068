import { parsePicos, SELF_AUDIT_CHECKS } from '@tollgate/domain';
import type { SelfAuditExtent, UsageEvent } from '@tollgate/domain';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import {
  auditBooks,
  carryOutSelfAudits,
  Database,
  ensureUsagePartitions,
  inTransaction,
  insertUsageInbox,
  readSelfAuditVerdict,
  requestDueSelfAudit,
  requestManualPosting,
  requestSelfAudit,
  sealUsage,
  USAGE_LANES,
  UsageIngestion,
} from '../src/index.js';
import type { ManualPostingDraft } from '../src/index.js';
import { of, onePico, TAMPERINGS, WITHOUT_PERIOD } from './self-audit-tamperings.js';
import { createTenant, inboxEvent, newUsageEvent, newWastedPart } from './usage-fixtures.js';
import type { Tenant } from './usage-fixtures.js';

/** Books with everything in them: two organizations, corrections, waste of requests and beside them, refusals, credits, sealed and open minutes. */
let books: TestDatabase;
let tenant: Tenant;
let month: string;

beforeAll(async () => {
  books = await createTestDatabase();
  const database = Database.connect(books.url);
  tenant = await createTenant(database);
  const other = await createTenant(database);
  month = new Date().toISOString().slice(0, 7);
  await ensureUsagePartitions(database.pool, Date.now());
  const ingest = async (events: readonly UsageEvent[]): Promise<void> => {
    await insertUsageInbox(database.pool, events.map(inboxEvent));
    await new UsageIngestion(database.pool).ingest(Array.from({ length: USAGE_LANES }, (_, lane) => lane));
  };
  const occurredAt = Date.now() - 1_000;
  const events = [tenant, other].flatMap((owner) =>
    Array.from({ length: 20 }, () => newUsageEvent(owner, { occurredAt, endUser: 'user-1', tags: ['team:search'] })),
  );
  const failed = { outcome: 'upstream_failed', errorCode: 'provider_failed', status: 502 } as const;
  const wasted = newUsageEvent(tenant, { occurredAt, ...failed });
  const beside = events.slice(0, 4).map((event, index) => newWastedPart(event, 1 + (index % 2)));
  await credit(database, tenant, occurredAt - 1);
  await ingest([...events, wasted, ...beside]);
  // as if the minute were long over: what is sealed, and what is booked after it
  await moveBookings(database);
  await sealUsage(database.pool);
  const corrected = events.slice(0, 3).map((event) => ({ ...event, revision: 1, usage: { input: 7, output: 9 } }));
  const lessWaste = beside.slice(0, 1).map((part) => ({ ...part, revision: 1, usage: { input: 7 } }));
  const last = newUsageEvent(tenant, { occurredAt });
  await ingest([...corrected, ...lessWaste, last, newWastedPart(last, 1)]);
  await database.close();
});
afterAll(() => books.drop());

/** A gift that is used up, a payment that expires, of which a part goes back, and one that does not. */
async function credit(database: Database, { organizationId }: Tenant, effectiveFrom: number): Promise<void> {
  const post = (kind: 'payment' | 'promotion' | 'refund', picos: bigint, terms: Partial<ManualPostingDraft>) =>
    inTransaction(database.pool, 'READ COMMITTED', (client) => {
      const idempotencyKey = `${kind} ${picos}`;
      return requestManualPosting(client, {
        organizationId,
        kind,
        picos,
        reason: 'x',
        requestedBy: 'x',
        idempotencyKey,
        ...terms,
      });
    });
  await post('promotion', 3_000_000_000n, { effectiveFrom });
  await post('payment', 10n ** 12n, { effectiveFrom, expiresAt: Date.now() + 3_600_000 });
  await post('payment', 5_000_000_000n, { effectiveFrom });
  await post('refund', 7n, {});
}

async function moveBookings(database: Database): Promise<void> {
  await tamper(
    database,
    `UPDATE usage_accrual SET booking_minute = booking_minute - interval '5 minutes';
     UPDATE usage_event SET booked_at = booked_at - interval '5 minutes';
     UPDATE organization_funding SET opened_at = opened_at - interval '5 minutes'`,
  );
}

/** As only a superuser can: without the triggers. */
async function tamper(database: Database, change: string): Promise<void> {
  await database.pool.query(`BEGIN; SET LOCAL session_replication_role = replica; ${change}; COMMIT`);
}

/** Runs on a copy of the books. */
async function onCopy<T>(run: (database: Database) => Promise<T>): Promise<T> {
  const copy = new URL(books.url);
  copy.pathname += `_copy`;
  const server = new URL(books.url);
  server.pathname = '/postgres';
  const admin = Database.connect(server.href, { poolSize: 1 });
  const name = copy.pathname.slice(1);
  await admin.pool.query(`CREATE DATABASE ${name} TEMPLATE ${name.replace('_copy', '')}`);
  const database = Database.connect(copy.href, { onConnectionLost: () => undefined });
  try {
    return await run(database);
  } finally {
    await database.close();
    await admin.pool.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await admin.close();
  }
}

const EXTENTS: readonly SelfAuditExtent[] = ['recent', 'full'];

test.each(EXTENTS)('books that agree are green: %s', async (extent) => {
  await onCopy(async (database) => {
    const { checks, findings } = await auditBooks(database.pool, extent);
    expect(findings).toEqual([]);
    const made = checks.map(({ check }) => check);
    if (extent === 'full') expect([...made].sort()).toEqual([...SELF_AUDIT_CHECKS].sort());
    expect(checks.every((check) => check.findings === 0)).toBe(true);
  });
});

describe('what was tampered with turns red, and is named', () => {
  test.each(TAMPERINGS.map((tampering) => [tampering.name, tampering] as const))('%s', async (_name, tampering) => {
    await onCopy(async (database) => {
      await tamper(database, tampering.change(tenant.organizationId));
      for (const extent of EXTENTS) {
        const { findings, checks } = await auditBooks(database.pool, extent);
        const red = checks.filter((check) => check.findings > 0).map(({ check }) => check);
        expect(red.sort()).toEqual([...tampering[extent]].sort());
        expect([...new Set(findings.map(({ check }) => check))].sort()).toEqual(red);
        if (extent === 'recent') continue;
        const [check, difference] = tampering.difference;
        const told = findings.filter((finding) => finding.check === check);
        expect(told.length).toBeGreaterThan(0);
        if (tampering.named !== false) {
          expect(new Set(told.map(({ organizationId }) => organizationId))).toEqual(new Set([tenant.organizationId]));
          if (tampering.period !== false && !WITHOUT_PERIOD.includes(check)) {
            expect(told[0]?.accountingPeriod).toBe(month);
          }
        }
        if (difference !== '') expect(told.map((finding) => finding.difference)).toContain(difference);
        for (const { expected, found, difference: apart } of told) {
          expect(parsePicos(found ?? '') - parsePicos(expected ?? '')).toBe(parsePicos(apart ?? ''));
        }
      }
    });
  });

  test('every check is shown to find something', () => {
    expect(new Set(TAMPERINGS.flatMap(({ full }) => full))).toEqual(new Set(SELF_AUDIT_CHECKS));
  });
});

describe('carrying out', () => {
  test('what was asked for, once, with its result', async () => {
    await onCopy(async (database) => {
      const { id } = await requestSelfAudit(database.pool, { extent: 'recent', requestedBy: 'mtok_1' });
      const results = await Promise.all([1, 2, 3].map(() => carryOutSelfAudits(database.pool)));
      expect(results.flat()).toMatchObject([{ audit: { id, state: 'green', findings: [], requestedBy: 'mtok_1' } }]);
      await tamper(database, onePico('usage_day', 'billed_cost', of(tenant.organizationId)));
      await requestSelfAudit(database.pool, { extent: 'full', requestedBy: 'x' });
      const [red] = await carryOutSelfAudits(database.pool);
      expect(red?.audit.state).toBe('red');
      expect(red?.audit.findings.length).toBeGreaterThan(4);
      expect(red?.audit.finishedAt?.getTime()).toBeGreaterThanOrEqual(red?.audit.startedAt?.getTime() ?? Infinity);
      expect(await carryOutSelfAudits(database.pool)).toEqual([]);
    });
  });

  test('again when the one who was at it died, and what fails is told', async () => {
    await onCopy(async (database) => {
      const { id } = await requestSelfAudit(database.pool, { extent: 'recent', requestedBy: 'x' });
      await database.pool.query(`UPDATE self_audit SET state = 'running', started_at = now()`);
      expect(await carryOutSelfAudits(database.pool)).toMatchObject([{ audit: { id, state: 'green' } }]);
      await database.pool.query('ALTER TABLE usage_key_day RENAME TO usage_key_day_away');
      await requestSelfAudit(database.pool, { extent: 'recent', requestedBy: 'x' });
      const [failed] = await carryOutSelfAudits(database.pool);
      expect(failed?.audit.state).toBe('failed');
      expect(String(failed?.error)).toContain('usage_key_day');
    });
  });

  test('of everything when none was asked for lately', async () => {
    await onCopy(async (database) => {
      await requestDueSelfAudit(database.pool, 26);
      await requestDueSelfAudit(database.pool, 26);
      expect(await carryOutSelfAudits(database.pool)).toMatchObject([
        { audit: { extent: 'full', requestedBy: 'schedule' } },
      ]);
      await database.pool.query(`UPDATE self_audit SET requested_at = now() - interval '25 hours'`);
      await requestDueSelfAudit(database.pool, 26);
      expect(await carryOutSelfAudits(database.pool)).toEqual([]);
      await requestDueSelfAudit(database.pool, 12);
      expect(await carryOutSelfAudits(database.pool)).toHaveLength(1);
    });
  });

  test('what only a full audit finds is red until the next full one', async () => {
    await onCopy(async (database) => {
      const audit = async (extent: SelfAuditExtent): Promise<void> => {
        await requestSelfAudit(database.pool, { extent, requestedBy: 'x' });
        await carryOutSelfAudits(database.pool);
      };
      const verdict = async () => {
        const read = await readSelfAuditVerdict(database.pool);
        const red = [...(read?.findings ?? [])].filter(([, count]) => count > 0).map(([check]) => check);
        return [read?.isGreen, red];
      };
      const change = (amount: string) =>
        tamper(database, `UPDATE ledger_balance SET amount = amount + ${amount} WHERE account = 'cash'`);
      expect(await readSelfAuditVerdict(database.pool)).toBeNull();
      await audit('recent');
      expect(await verdict()).toEqual([true, []]);
      await change('1');
      await audit('recent');
      expect(await verdict()).toEqual([true, []]); // which does not look there
      await audit('full');
      expect(await verdict()).toEqual([false, ['balances-are-their-entries']]);
      await audit('recent');
      expect(await verdict()).toEqual([false, ['balances-are-their-entries']]);
      await database.pool.query('ALTER TABLE ledger_balance RENAME TO ledger_balance_away');
      await audit('full'); // fails
      await database.pool.query('ALTER TABLE ledger_balance_away RENAME TO ledger_balance');
      expect(await verdict()).toEqual([false, ['balances-are-their-entries']]);
      await change('-1');
      await audit('recent');
      expect(await verdict()).toEqual([false, ['balances-are-their-entries']]);
      await audit('full');
      expect(await verdict()).toEqual([true, []]);
      await tamper(database, onePico('usage_hour', 'billed_cost', of(tenant.organizationId)));
      await audit('recent');
      expect((await verdict())[0]).toBe(false);
    });
  });
});
