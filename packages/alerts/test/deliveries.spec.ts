import { randomBytes } from 'node:crypto';

import { Database, raiseEach, secretColumns } from '@tollgate/database';
import type { AlertDraft } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import { Mailer } from '@tollgate/mail';
import { createTestDatabase } from '@tollgate/testing';
import type { TestDatabase } from '@tollgate/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import { deliverDue, newWebhookSecret } from '../src/index.js';
import type { DeliveryMeans } from '../src/index.js';
import { answering, startReceiver } from './receiver.js';
import type { Receiver } from './receiver.js';

const masterKey = randomBytes(32);
const HOUR_MS = 3_600_000;
const NOW = new Date();

let testDatabase: TestDatabase;
let database: Database;
let receiver: Receiver;
let organizationId: string;
let means: DeliveryMeans;
let logged: string[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = Database.connect(testDatabase.url);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});
beforeEach(async () => {
  receiver = await startReceiver();
  organizationId = newId('organization');
  await database.prisma.organization.create({ data: { id: organizationId, name: 'Tenant', slug: organizationId } });
  logged = [];
  const log = (fields: object, message: string): void => void logged.push(`${JSON.stringify(fields)} ${message}`);
  const mailer = new Mailer(null, { info: log, warn: log });
  means = { pool: database.pool, mailer, masterKey, origin: 'http://console' };
});
afterEach(async () => {
  await receiver.close();
  await database.pool.query('DELETE FROM alert_delivery');
});

const draft = (subject = newId('budget')): AlertDraft => ({
  kind: 'balance.low',
  severity: 'warning',
  organizationId,
  subject,
  dedupeKey: `test:${subject}`,
  facts: { available: '4.129999999999', threshold: '10' },
});

async function addChannel(changes: Record<string, unknown> = {}): Promise<{ id: string; secret: string }> {
  const id = newId('alertChannel');
  const secret = (changes['secret'] as string | undefined) ?? newWebhookSecret();
  const { ciphertext, masterKeyId } = secretColumns(masterKey, id, secret);
  await database.pool.query(
    `INSERT INTO alert_channel (id, organization_id, name, kind, url, url_by_operator, ciphertext, master_key_id, min_severity)
     VALUES ($1, $2, 'Hook', $3, $4, $5, $6, $7, $8)`,
    [
      id,
      organizationId,
      changes['kind'] ?? 'webhook',
      changes['url'] ?? receiver.url,
      changes['byOperator'] ?? true,
      ciphertext,
      masterKeyId,
      changes['minSeverity'] ?? 'info',
    ],
  );
  return { id, secret };
}

const raise = (): Promise<readonly AlertDraft[]> => raiseEach(database.pool, [draft()], NOW);
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

interface DeliveryRow {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly waits: number;
  readonly errors: readonly (string | null)[];
}

async function deliveries(): Promise<readonly DeliveryRow[]> {
  const { rows } = await database.pool.query<DeliveryRow>(
    `SELECT d.id, d.state, d.attempts, extract(epoch FROM d.next_attempt_at - now())::float AS waits,
            array(SELECT error FROM alert_delivery_attempt t WHERE t.delivery_id = d.id ORDER BY t.id) AS errors
     FROM alert_delivery d WHERE d.organization_id = $1 ORDER BY d.id`,
    [organizationId],
  );
  return rows;
}

describe('a webhook', () => {
  test('is signed as Standard Webhooks says, and tells the alert in words and facts', async () => {
    const { secret } = await addChannel();
    await raise();
    expect(await deliverDue(means, NOW)).toBe(1);
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.received;
    const verified = new Webhook(secret).verify(body, headers) as Record<string, unknown>;
    expect(verified).toMatchObject({
      type: 'balance.low',
      data: { severity: 'warning', organizationId, title: 'The balance of Tenant is low: 4.12 USD' },
    });
    expect(headers['webhook-id']).toMatch(/^alert_/);
    expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow();
    expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 1, errors: [null] }]);
    expect(await deliverDue(means, later(24 * HOUR_MS))).toBe(0);
    expect(`${logged.join()}${JSON.stringify(await deliveries())}`).not.toContain(secret);
  });

  test('is tried eight times in about a day under one id, then it is dead', async () => {
    await addChannel();
    receiver.behave(answering(500, {}, 'no\u0000way'));
    await raise();
    const waits: number[] = [];
    let at = NOW;
    for (;;) {
      const sent = await deliverDue(means, at);
      const [delivery] = await deliveries();
      if (sent === 0 || delivery === undefined || delivery.state !== 'pending') break;
      waits.push(delivery.waits);
      at = new Date(at.getTime() + 25 * HOUR_MS);
    }
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({ state: 'dead', attempts: 8 });
    expect(delivery?.errors).toEqual(Array.from({ length: 8 }, () => 'HTTP 500: no way'));
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(waits[0]).toBeLessThan(13);
    const hours = waits.reduce((sum, wait) => sum + wait, 0) / 3_600;
    expect(hours).toBeGreaterThan(18);
    expect(hours).toBeLessThan(29);
  });

  test('obeys Retry-After, and never for more than a day', async () => {
    await addChannel();
    receiver.behave(answering(429, { 'retry-after': '900' }));
    await raise();
    await deliverDue(means, NOW);
    expect((await deliveries())[0]?.waits).toBeGreaterThan(890);
    receiver.behave(answering(503, { 'retry-after': '99999999' }));
    await deliverDue(means, later(HOUR_MS));
    expect((await deliveries())[0]?.waits).toBeLessThan(24 * 3_600 + 60);
  });

  test('that is gone switches its channel off, and what waits for it is dead', async () => {
    const { id } = await addChannel();
    await raise();
    await raise();
    await raise();
    receiver.behave(answering(410));
    await deliverDue(means, NOW);
    const { rows } = await database.pool.query('SELECT enabled, disabled_reason FROM alert_channel WHERE id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ enabled: false, disabled_reason: 'gone' }]);
    expect((await deliveries()).map(({ state }) => state)).toEqual(['dead', 'dead', 'dead']);
    await raise();
    expect(await deliveries()).toHaveLength(3);
  });

  test('is never led elsewhere', async () => {
    const elsewhere = await startReceiver();
    await addChannel();
    receiver.behave(answering(307, { location: elsewhere.url }));
    await raise();
    await deliverDue(means, NOW);
    expect(elsewhere.received).toEqual([]);
    expect((await deliveries())[0]?.errors).toEqual(['HTTP 307: redirects are not followed']);
    await elsewhere.close();
  });

  test('does not read what the receiver goes on saying', async () => {
    await addChannel();
    let sent = 0;
    receiver.behave((_request, response) => {
      response.writeHead(500);
      const chunk = 'x'.repeat(65_536);
      const more = (): void => {
        while (!response.destroyed && sent < 1 << 28 && response.write(chunk)) sent += chunk.length;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await raise();
    await deliverDue(means, NOW);
    expect(sent).toBeLessThan(32 << 20);
    expect((await deliveries())[0]?.errors[0]).toMatch(/^HTTP 500: x{200}$/);
  });

  test('of a tenant is not sent to private addresses, whatever its URL was when it was made', async () => {
    await addChannel({ byOperator: false });
    await addChannel({ byOperator: false, url: receiver.url.replace('http://', 'https://') });
    await addChannel({ byOperator: false, url: 'https://localhost:9/hook' });
    await raise();
    await deliverDue(means, NOW);
    expect(receiver.received).toEqual([]);
    expect((await deliveries()).map(({ errors }) => errors[0]).sort()).toEqual([
      'the URL must begin with https://',
      'the URL must not point to a private or local address',
      'the URL must not point to a private or local address',
    ]);
  });

  test('that was sealed with another master key says so', async () => {
    await addChannel();
    await raise();
    await deliverDue({ ...means, masterKey: randomBytes(32) }, NOW);
    expect((await deliveries())[0]?.errors).toEqual(['the secret of the channel was sealed with another master key']);
    expect(receiver.received).toEqual([]);
  });
});

describe('a receiver that takes its time', () => {
  test.each([
    ['hangs', () => undefined],
    [
      'drips its head',
      (request: { socket: { write: (text: string) => void } }) => request.socket.write('HTTP/1.1 200 OK\r\nx-slow: '),
    ],
  ] as const)('is left after ten seconds when it %s, and keeps no other waiting', async (_, behave) => {
    const quick = await startReceiver();
    await addChannel();
    await addChannel({ url: quick.url });
    receiver.behave(behave);
    await raise();
    await deliverDue(means, NOW);
    expect(quick.received).toHaveLength(1);
    const states = await deliveries();
    expect(states.map(({ state }) => state).sort()).toEqual(['delivered', 'pending']);
    expect(states.find(({ state }) => state === 'pending')?.errors).toEqual(['no answer in time']);
    await quick.close();
  });
});

describe('Slack', () => {
  test('gets the words, with its own characters taken as they are', async () => {
    await addChannel({ kind: 'slack', url: 'hooks.example.com', secret: receiver.url });
    await database.prisma.organization.update({ where: { id: organizationId }, data: { name: '<!channel> & Co' } });
    await raise();
    await deliverDue(means, NOW);
    const { text } = JSON.parse(receiver.received[0]?.body ?? '{}') as { text: string };
    expect(text).toContain('*The balance of &lt;!channel&gt; &amp; Co is low: 4.12 USD* (warning)');
    expect(text).toContain(`<http://console/alerts?organization=${organizationId}|Open in Tollgate>`);
  });
});

describe('workers', () => {
  test('two of them send each delivery once', async () => {
    await Promise.all(Array.from({ length: 6 }, () => addChannel()));
    await raise();
    await raise();
    const turns = await Promise.all(Array.from({ length: 4 }, () => deliverDue(means, NOW)));
    expect(turns.reduce((sum, sent) => sum + sent, 0)).toBe(12);
    expect(receiver.received).toHaveLength(12);
    expect(new Set((await deliveries()).map(({ state }) => state))).toEqual(new Set(['delivered']));
  });

  test('one that dies between sending and noting: it is sent once more, under the same id', async () => {
    await addChannel();
    await raise();
    // the note is never written: the connection that would have carried it is gone
    const dying = Database.connect(testDatabase.url, { onConnectionLost: () => undefined });
    receiver.behave((_request, response) => {
      void database.pool
        .query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dying'`)
        .then(() => dying.close())
        .then(() => response.writeHead(204).end());
    });
    await expect(deliverDue({ ...means, pool: dying.pool }, NOW)).rejects.toThrow();
    expect(await deliverDue(means, later(59_000))).toBe(0);
    receiver.behave(answering(204));
    expect(await deliverDue(means, later(60_000))).toBe(1);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toHaveLength(2);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await deliveries()).toMatchObject([{ state: 'delivered', attempts: 2 }]);
  });
});

describe('channels', () => {
  test('get what is severe enough for them, each alert once', async () => {
    await addChannel({ minSeverity: 'critical' });
    const one = draft();
    const turns = await Promise.all(Array.from({ length: 5 }, () => raiseEach(database.pool, [one], NOW)));
    expect(turns.flat()).toHaveLength(1);
    expect(await deliveries()).toEqual([]);
    await raiseEach(database.pool, [{ ...draft(), severity: 'critical' }], NOW);
    expect(await deliveries()).toHaveLength(1);
  });
});
