import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditBooks, UsageIngestion, USAGE_LANES } from '@tollgate/database';
import { publicRequestId } from '@tollgate/domain';
import { startAdminApi, type AdminApi } from './admin-api.js';
import {
  createOperatorWorld,
  createOrganizationWorld,
  newUsageEvent,
  ownerIn,
  type OrganizationWorld,
} from './admin-world.js';
import { insertQuarantined, insertReviewItem } from './review-fixtures.js';

let api: AdminApi;
let world: OrganizationWorld;

beforeAll(async () => {
  api = await startAdminApi();
  await createOperatorWorld(api);
  world = await createOrganizationWorld(api, 'acme');
  await api.database.pool.query('DELETE FROM review_item');
  await api.database.pool.query('DELETE FROM usage_quarantine');
}, 60_000);
afterAll(() => api.close());

const work = () => new UsageIngestion(api.database.pool).ingest(Array.from({ length: USAGE_LANES }, (_, lane) => lane));

const quarantineFindings = async (): Promise<number> => {
  const { findings } = await auditBooks(api.database.pool, 'recent');
  return findings.filter(({ check }) => check === 'quarantine-is-empty').length;
};

describe('review items', () => {
  test('are listed by kind, state and organization, counted, and resolved once with a note', async () => {
    const organizationId = world.organizationId;
    const ids = [
      await insertReviewItem(api, { subject: 'openai/a' }),
      await insertReviewItem(api, { subject: 'openai/b' }),
      await insertReviewItem(api, { subject: world.requestId, kind: 'overrun', organizationId }),
    ];
    expect(await api.ok('readReviewSummary')).toMatchObject({
      open: [
        { kind: 'unpriced', count: 2, amount: { amount: '0.500000000000' } },
        { kind: 'overrun', count: 1 },
      ],
      openCount: 3,
    });
    const listed = async (query: Record<string, string>) =>
      (await api.ok('listReviewItems', { query })).data.map(({ subject }) => subject);
    expect(await listed({ sort: 'openedAt' })).toEqual(['openai/a', 'openai/b', world.requestId]);
    expect(await listed({ kind: 'overrun' })).toEqual([world.requestId]);
    expect(await listed({ organizationId })).toEqual([world.requestId]);

    const params = { reviewItemId: ids[2] ?? '' };
    const resolved = await api.ok('resolveReviewItem', { params, body: { resolution: 'It was the last answer' } });
    expect(resolved).toMatchObject({
      state: 'resolved',
      resolution: 'It was the last answer',
      organizationName: 'acme',
    });
    expect(resolved.resolvedBy).toMatch(/^mtok_/);
    await api.refused('resolveReviewItem', 409, { params, body: { resolution: 'Again' } });
    expect(await listed({ state: 'open' })).toEqual(['openai/b', 'openai/a']);
    const log = await api.ok('listAuditLog', { query: { action: 'review-item.resolved' } });
    expect(log.data).toMatchObject([
      { resourceId: ids[2], changes: { resolution: { after: 'It was the last answer' } } },
    ]);

    const openedBefore = new Date().toISOString();
    await insertReviewItem(api, { subject: 'openai/later' });
    await api.database.pool.query(
      `UPDATE review_item SET opened_at = now() + interval '1 hour' WHERE subject = 'openai/later'`,
    );
    const body = { kind: 'unpriced', openedBefore, resolution: 'Priced since' };
    expect(await api.ok('resolveReviewItems', { body })).toEqual({ resolved: 2 });
    expect(await listed({ state: 'open' })).toEqual(['openai/later']);
  });

  test('a price that two sources disagree about is decided, and not noted away', async () => {
    const id = await insertReviewItem(api, { subject: 'openai/c/input 1/1 or 2/1', kind: 'price_difference' });
    const resolution = 'Looked at it';
    await api.refused('resolveReviewItem', 409, { params: { reviewItemId: id }, body: { resolution } });
    const openedBefore = new Date(Date.now() + 60_000).toISOString();
    await api.refused('resolveReviewItems', 409, { body: { kind: 'price_difference', openedBefore, resolution } });
    expect(await api.ok('readReviewItem', { params: { reviewItemId: id } })).toMatchObject({ state: 'open' });
    await api.database.pool.query('DELETE FROM review_item WHERE id = $1', [id]);
  });

  test('pages hold each item once', async () => {
    const all = (await api.ok('listReviewItems', {})).data;
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Awaited<ReturnType<typeof list>> = await list(cursor === '' ? {} : { cursor });
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
    const forged = Buffer.from(JSON.stringify(['-openedAt', 'x', 'y'])).toString('base64url');
    await api.refused('listReviewItems', 400, { query: { cursor: forged } });
  });

  const list = (query: Record<string, string>) => api.ok('listReviewItems', { query: { limit: '1', ...query } });

  test('are the operator’s', async () => {
    await api.refused('listReviewItems', 403, { token: world.token });
    await api.refused('readReviewSummary', 403, { token: world.token });
    await api.refused('listQuarantinedUsage', 403, { token: world.token });
  });
});

describe('quarantined usage', () => {
  test('is booked once its cause is gone, counted again when it fails again, and the audit is green at the end', async () => {
    const { pool } = api.database;
    const event = newUsageEvent({ ...ownerIn(world), organizationId: 'org_comes_later' });
    const id = await insertQuarantined(api, JSON.stringify(event), 'there is no organization');
    expect(await quarantineFindings()).toBe(1);
    const read = () => api.ok('readQuarantinedUsage', { params: { quarantinedUsageId: id } });
    expect(await read()).toMatchObject({
      state: 'quarantined',
      requestId: publicRequestId(event.requestId),
      payload: { requestId: event.requestId, usage: { input: 1_000 } },
      unknownFields: [],
    });
    await api.ok('retryQuarantinedUsage', { params: { quarantinedUsageId: id } });
    expect(await read()).toMatchObject({ state: 'retried', attempts: 1 });
    await api.refused('retryQuarantinedUsage', 409, { params: { quarantinedUsageId: id } });
    expect(await work()).toMatchObject({ quarantined: 1 });
    expect(await read()).toMatchObject({ state: 'quarantined', attempts: 2, resolvedBy: null, resolution: null });

    await pool.query(
      `INSERT INTO organization (id, name, slug, updated_at) VALUES ('org_comes_later', 'Later', 'later', now())`,
    );
    await api.ok('retryQuarantinedUsage', { params: { quarantinedUsageId: id } });
    expect(await work()).toMatchObject({ quarantined: 0, claimed: 1 });
    const { rows } = await pool.query('SELECT FROM usage_event WHERE request_id = $1', [event.requestId]);
    expect(rows).toHaveLength(1);
    expect(await read()).toMatchObject({ state: 'retried', attempts: 2 });
    expect(await quarantineFindings()).toBe(0);
    const log = await api.ok('listAuditLog', { query: { resourceId: id } });
    expect(log.data.map(({ action }) => action)).toEqual(['quarantined-usage.retried', 'quarantined-usage.retried']);
  });

  test('that is no event can only be dismissed, with a reason; nothing but an event’s fields is shown', async () => {
    const foreign = { requestId: 'x', prompt: 'my secret question', usage: { input: 1 } };
    const id = await insertQuarantined(api, JSON.stringify(foreign));
    const params = { quarantinedUsageId: id };
    const shown = await api.ok('readQuarantinedUsage', { params });
    expect(shown).toMatchObject({ payload: { requestId: 'x', usage: { input: 1 } }, unknownFields: ['prompt'] });
    expect(JSON.stringify(shown)).not.toContain('secret');
    await api.refused('retryQuarantinedUsage', 409, { params });
    expect(await quarantineFindings()).toBe(1);
    const dismissed = await api.ok('dismissQuarantinedUsage', { params, body: { resolution: 'Written by hand' } });
    expect(dismissed).toMatchObject({ state: 'dismissed', resolution: 'Written by hand' });
    expect(await quarantineFindings()).toBe(0);
    await api.refused('dismissQuarantinedUsage', 409, { params, body: { resolution: 'Again' } });
    const listed = async (state: string) =>
      (await api.ok('listQuarantinedUsage', { query: { state } })).data.map((row) => row.id);
    expect(await listed('dismissed')).toEqual([id]);
    expect(await listed('quarantined')).toEqual([]);
  });
});
