import { appendFile, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { newRequestId } from '@tollgate/domain';
import type { Intent, UsageEvent } from '@tollgate/domain';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { adoptOrphans } from './adopt-orphans.js';
import { Journal } from './journal.js';
import { JournalForwarder } from './journal-forwarder.js';
import type { JournalForwarderOptions } from './journal-forwarder.js';
import type { ForwardedEvent } from './journal-records.js';
import { listSegments, segmentPath } from './segment-files.js';

let directory: string;
let received: ForwardedEvent[];
let isAway: boolean;
let forwarders: JournalForwarder[];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tollgate-journal-'));
  received = [];
  isAway = false;
  forwarders = [];
});
afterEach(async () => {
  await Promise.all(forwarders.map((forwarder) => forwarder.stop()));
  await rm(directory, { recursive: true, force: true });
});

const sink = (batch: readonly ForwardedEvent[]): Promise<void> => {
  if (isAway) return Promise.reject(new Error('the database is away'));
  // as a database would: the bytes are gone once the batch is stored
  received.push(...batch.map((event) => ({ ...event, payload: Buffer.from(event.payload) })));
  return Promise.resolve();
};

function openJournal(segmentBytes = 2_000): Promise<Journal> {
  return Journal.open({ directory, gatewayId: 'gw_a', segmentBytes, onFailure: () => undefined });
}

function follow(journal: Journal, options: Partial<JournalForwarderOptions> = {}): JournalForwarder {
  const forwarder = new JournalForwarder({
    directory: journal.directory,
    sink,
    pollIntervalMs: 2,
    onError: () => undefined,
    onDamage: () => undefined,
    ...options,
  });
  forwarders.push(forwarder);
  forwarder.start();
  return forwarder;
}

function append(journal: Journal, record: Intent | UsageEvent): Promise<void> {
  return new Promise((resolve, reject) => {
    journal.append(JSON.stringify(record), (error) => (error === null ? resolve() : reject(error)));
  });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500 && !(await condition()); i++) await sleep(5);
  expect(await condition()).toBe(true);
}

function newIntent(): Intent {
  const occurredAt = Date.now();
  return {
    kind: 'intent',
    requestId: newRequestId(occurredAt).uuid,
    occurredAt,
    organizationId: 'org_a',
    projectId: 'proj_a',
    apiKeyId: 'key_a',
    memberId: null,
    endUser: null,
    tags: [],
    gatewayId: 'gw_a',
    endpoint: 'chat-completions',
    surface: 'openai-chat',
    requestedModel: 'gpt-4o',
    stream: false,
    target: {
      deploymentId: 'dep_a',
      provider: 'openai',
      upstreamModel: 'gpt-4o',
      pricedModel: 'gpt-4o',
      region: '*',
      credentialOwner: 'operator',
      simulated: false,
    },
    priceSnapshotId: 'snap_a',
    holdNanos: 5,
    inputTokensBound: 400,
  };
}

function eventOf(intent: Intent): UsageEvent {
  return {
    ...intent,
    kind: 'event',
    part: 0,
    revision: 0,
    outcome: 'success',
    errorCode: null,
    status: 200,
    usage: { input: 1 },
    usageSource: 'reported',
    servedModel: null,
    serviceTier: '*',
    deliveredCharacters: 0,
    providerReportedCost: null,
    capturedCost: null,
    attempts: [],
    routing: null,
    timings: { admittedMs: 0, dispatchedMs: 1, firstTokenMs: 2, totalMs: 3 },
  };
}

const requestIds = (events: readonly ForwardedEvent[]): string[] => events.map(({ requestId }) => requestId);

describe('forwarder', () => {
  test('hands events on in order, and deletes what is done with', async () => {
    const journal = await openJournal();
    const forwarder = follow(journal);
    const intents = Array.from({ length: 40 }, newIntent);
    for (const intent of intents) {
      await append(journal, intent);
      await append(journal, eventOf(intent));
    }
    await until(() => received.length === intents.length);
    expect(requestIds(received)).toEqual(intents.map(({ requestId }) => requestId));
    expect(received[0]?.payload.toString()).toBe(JSON.stringify(eventOf(intents[0] ?? newIntent())));
    await until(async () => (await listSegments(journal.directory)).length === 1);
    await until(() => (forwarder.forwardedTo ?? 0) > Date.now() - 1_000);
    await journal.close();
    expect(await forwarder.drain()).toBe(true);
    expect(await readdir(directory)).toEqual([]);
  });

  test('does not say that everything is forwarded while a request has no event, or when it was stopped', async () => {
    const journal = await openJournal();
    await append(journal, newIntent());
    await append(journal, eventOf(newIntent()));
    const forwarder = follow(journal);
    await until(() => received.length === 1);
    await journal.close();
    expect(await forwarder.drain()).toBe(false);
    isAway = true;
    const stopped = follow(journal);
    const drained = stopped.drain();
    await stopped.stop();
    expect(await drained).toBe(false);
  });

  test('keeps a segment while a request in it has not ended', async () => {
    const journal = await openJournal();
    follow(journal);
    const open = newIntent();
    await append(journal, open);
    for (let i = 0; i < 20; i++) await append(journal, eventOf(newIntent()));
    await until(() => received.length === 20);
    await until(async () => (await listSegments(journal.directory)).length === 2);
    expect((await listSegments(journal.directory))[0]).toBe(1);
    await append(journal, eventOf(open));
    await until(() => received.length === 21);
    await until(async () => !(await listSegments(journal.directory)).includes(1));
    await journal.close();
  });

  test('tries again for as long as the database is away', async () => {
    const journal = await openJournal();
    isAway = true;
    const errors: Error[] = [];
    follow(journal, { onError: (error) => errors.push(error) });
    const intents = Array.from({ length: 30 }, newIntent);
    for (const intent of intents) await append(journal, eventOf(intent));
    await until(() => errors.length >= 2);
    expect(received).toEqual([]);
    isAway = false;
    await until(() => received.length === intents.length);
    expect(requestIds(received)).toEqual(intents.map(({ requestId }) => requestId));
    await journal.close();
  });

  test('goes on where an earlier run stopped', async () => {
    const journal = await openJournal();
    const first = follow(journal);
    await append(journal, eventOf(newIntent()));
    await until(() => received.length === 1);
    await first.stop();
    await append(journal, eventOf(newIntent()));
    follow(journal);
    await until(() => received.length === 2);
    expect(new Set(requestIds(received)).size).toBe(2);
    await journal.close();
  });

  test('keeps a damaged segment under another name, and goes on', async () => {
    const journal = await openJournal();
    for (let i = 0; i < 3; i++) await append(journal, eventOf(newIntent()));
    await appendFile(segmentPath(journal.directory, 1), 'not a record');
    const damage: number[] = [];
    for (let i = 0; i < 8; i++) await append(journal, eventOf(newIntent()));
    follow(journal, { onDamage: (segment, bytes) => damage.push(segment, bytes) });
    await until(() => received.length === 11);
    expect(damage).toEqual([1, 12]);
    await until(async () => (await readdir(journal.directory)).includes('000000000001.segment.damaged'));
    await journal.close();
  });
});

describe('orphans', () => {
  const isDead = (): boolean => false;

  async function abandon(journal: Journal, ended: number, open: number): Promise<{ intents: Intent[] }> {
    const intents = Array.from({ length: ended + open }, newIntent);
    for (const intent of intents) await append(journal, intent);
    for (const intent of intents.slice(0, ended)) await append(journal, eventOf(intent));
    await journal.close();
    return { intents };
  }

  test('events are forwarded, requests that died become events, the folder goes', async () => {
    const { intents } = await abandon(await openJournal(), 12, 3);
    const adoption = await adoptOrphans({ directory, sink, isAlive: isDead });
    expect(adoption).toEqual({ gatewayIds: ['gw_a'], events: 12, crashed: 3, damagedBytes: 0 });
    // the crashed ones first: once a segment is gone, nobody would know of the intents in it
    const inOrder = [...intents.slice(12), ...intents.slice(0, 12)];
    expect(requestIds(received)).toEqual(inOrder.map(({ requestId }) => requestId));
    const crashed = JSON.parse(received[0]?.payload.toString() ?? '') as UsageEvent;
    expect(crashed).toMatchObject({
      kind: 'event',
      outcome: 'gateway_crashed',
      usage: {},
      inputTokensBound: 400,
      part: 0,
    });
    expect(await readdir(directory)).toEqual([]);
  });

  test('whoever is to know is told before the folder goes, and again when that failed', async () => {
    await abandon(await openJournal(), 2, 1);
    const told: (readonly [string, number, string[]])[] = [];
    const away = Object.assign(new Error('no such socket'), { code: 'ENOENT' });
    const onFinished = async (gatewayId: string): Promise<void> => {
      told.push([gatewayId, received.length, await readdir(directory)]);
      if (told.length === 1) throw away;
    };
    await expect(adoptOrphans({ directory, sink, isAlive: isDead, onFinished })).rejects.toBe(away);
    const adoption = await adoptOrphans({ directory, sink, isAlive: isDead, onFinished });
    expect(adoption).toMatchObject({ gatewayIds: ['gw_a'], events: 0, crashed: 0 });
    expect(told).toEqual([
      ['gw_a', 3, ['gw_a']],
      ['gw_a', 3, ['gw_a']],
    ]);
    expect(await readdir(directory)).toEqual([]);
  });

  test('what an attempt wasted is not the end of its request', async () => {
    const journal = await openJournal();
    const forwarder = follow(journal);
    const intent = newIntent();
    await append(journal, intent);
    await append(journal, { ...eventOf(intent), part: 1, outcome: 'hedge_loser' });
    await until(() => received.length === 1);
    await forwarder.stop();
    await journal.close();
    // the forwarder has kept the segment, and whoever adopts it knows that the request did not end
    const adoption = await adoptOrphans({ directory, sink, isAlive: isDead });
    expect(adoption).toMatchObject({ crashed: 1 });
    const [wasted, crashed] = received.map(({ payload }) => JSON.parse(payload.toString()) as UsageEvent);
    expect([wasted?.part, crashed?.part, crashed?.outcome]).toEqual([1, 0, 'gateway_crashed']);
  });

  test('a running gateway is left alone', async () => {
    const journal = await openJournal();
    await append(journal, newIntent());
    const adoption = await adoptOrphans({ directory, sink });
    expect(adoption.gatewayIds).toEqual([]);
    expect(received).toEqual([]);
    await journal.close();
  });

  test('what the gateway had forwarded itself is not forwarded again', async () => {
    const journal = await openJournal();
    const forwarder = follow(journal);
    await append(journal, eventOf(newIntent()));
    await until(() => received.length === 1);
    await forwarder.stop();
    await abandon(journal, 2, 0);
    const adoption = await adoptOrphans({ directory, sink, isAlive: isDead });
    expect(adoption.events).toBe(2);
    expect(received).toHaveLength(3);
  });

  test('a torn tail costs the torn record only, and the folder is kept', async () => {
    const journal = await openJournal(1_000_000);
    const { intents } = await abandon(journal, 4, 0);
    const file = segmentPath(journal.directory, 1);
    const size = (await import('node:fs')).statSync(file).size;
    await truncate(file, size - 5);
    const adoption = await adoptOrphans({ directory, sink, isAlive: isDead });
    expect(adoption).toMatchObject({ events: 3, crashed: 1 });
    expect(adoption.damagedBytes).toBeGreaterThan(0);
    expect(new Set(requestIds(received))).toEqual(new Set(intents.map(({ requestId }) => requestId)));
    expect((await readdir(directory))[0]).toMatch(/^gw_a~\d+\.damaged$/);
    expect((await adoptOrphans({ directory, sink, isAlive: isDead })).gatewayIds).toEqual([]);
  });

  test('stays where it is while the database is away', async () => {
    await abandon(await openJournal(), 2, 1);
    isAway = true;
    await expect(adoptOrphans({ directory, sink, isAlive: isDead })).rejects.toThrow('away');
    isAway = false;
    expect(await adoptOrphans({ directory, sink, isAlive: isDead })).toMatchObject({ events: 2, crashed: 1 });
  });

  test('another try goes on where one failed, and forgets no request that died', async () => {
    const { intents } = await abandon(await openJournal(), 60, 2);
    const folder = path.join(directory, 'gw_a');
    const before = await listSegments(folder);
    const isFull = (): boolean => received.length >= 30;
    const failing = (batch: readonly ForwardedEvent[]): Promise<void> =>
      isFull() ? Promise.reject(new Error('the database is away')) : sink(batch);
    await expect(adoptOrphans({ directory, sink: failing, isAlive: isDead, batchSize: 4 })).rejects.toThrow('away');
    const left = await listSegments(folder);
    expect(left.length).toBeLessThan(before.length);
    const first = received.splice(0);
    await adoptOrphans({ directory, sink, isAlive: isDead, batchSize: 4 });
    expect(received.length).toBeLessThan(40);
    const outcomes = new Map<string, string>();
    for (const { requestId, payload } of [...first, ...received]) {
      const { outcome } = JSON.parse(payload.toString()) as UsageEvent;
      expect(outcomes.get(requestId) ?? outcome).toBe(outcome);
      outcomes.set(requestId, outcome);
    }
    expect(intents.map(({ requestId }) => outcomes.get(requestId))).toEqual([
      ...Array.from({ length: 60 }, () => 'success'),
      ...Array.from({ length: 2 }, () => 'gateway_crashed'),
    ]);
    expect(await readdir(directory)).toEqual([]);
  });

  test('a database whose socket file is missing is away, not a journal that somebody else has finished', async () => {
    await abandon(await openJournal(), 2, 0);
    const missing = Object.assign(new Error('connect ENOENT /run/postgres'), { code: 'ENOENT' });
    const failing = (): Promise<void> => Promise.reject(missing);
    await expect(adoptOrphans({ directory, sink: failing, isAlive: isDead })).rejects.toThrow('ENOENT');
    expect(await adoptOrphans({ directory, sink, isAlive: isDead })).toMatchObject({ events: 2 });
  });

  test('a journal that somebody else finishes at the same time is left to them', async () => {
    await abandon(await openJournal(), 40, 1);
    const adopt = (): Promise<unknown> => adoptOrphans({ directory, sink, isAlive: isDead, batchSize: 1 });
    await Promise.all([adopt(), adopt()]);
    const outcomes = new Map<string, Set<string>>();
    for (const { requestId, payload } of received) {
      const { outcome } = JSON.parse(payload.toString()) as UsageEvent;
      outcomes.set(requestId, (outcomes.get(requestId) ?? new Set()).add(outcome));
    }
    expect(outcomes.size).toBe(41);
    for (const each of outcomes.values()) expect(each.size).toBe(1);
    expect(await readdir(directory)).toEqual([]);
  });

  test('a missing root and foreign files are no trouble', async () => {
    await writeFile(path.join(directory, 'README'), 'hello');
    expect((await adoptOrphans({ directory, sink, isAlive: isDead })).gatewayIds).toEqual([]);
    const missing = path.join(directory, 'missing');
    expect((await adoptOrphans({ directory: missing, sink, isAlive: isDead })).gatewayIds).toEqual([]);
  });
});
