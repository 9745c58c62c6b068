import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Database } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { Logger } from '@tollgate/telemetry';
import { createTestDatabase } from '@tollgate/testing';
import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { GatewayStartError } from '../src/gateway-error.js';
import { ForwarderThread } from '../src/journal-forwarding/forwarder-thread.js';
import { GatewayRegistration } from '../src/platform/gateway-registration.js';

/** A thread that says what a test wants said, in place of the real one. */
function program(source: string): URL {
  return new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; ${source}`)}`,
  );
}

const AWAY = `setInterval(() => parentPort.postMessage({ kind: 'trouble', message: 'connection refused' }), 5);`;
const ADOPTED = `parentPort.postMessage({ kind: 'adopted', journals: 0, events: 0, crashed: 0 });`;
const drained = (everything: boolean): string =>
  `${ADOPTED} parentPort.on('message', () => parentPort.postMessage({ kind: 'drained', everything: ${everything} }));`;

let warnings: { details: unknown; message: string }[] = [];
const logger = {
  info: () => undefined,
  error: () => undefined,
  warn: (details: unknown, message: string) => warnings.push({ details, message }),
} as unknown as Logger;

function start(source: string): Promise<ForwarderThread> {
  warnings = [];
  return ForwarderThread.start({ journalRoot: '', databaseUrl: '', logger, program: program(source) });
}

afterEach(() => {
  jest.useRealTimers();
});

describe('the start of the forwarder', () => {
  test('says why it waits, again and again, and ends when the process is told to stop', async () => {
    const listeners = process.listenerCount('SIGTERM');
    jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask', 'setTimeout'] });
    const starting = start(AWAY);
    await sleep(300);
    const waits = (): unknown[] => warnings.filter(({ message }) => message.startsWith('the start waits'));
    expect(waits()).toEqual([]);
    jest.advanceTimersByTime(10_000);
    expect(waits()).toMatchObject([{ details: { reason: 'connection refused' } }]);
    jest.advanceTimersByTime(20_000);
    expect(waits()).toHaveLength(3);
    process.emit('SIGTERM');
    await expect(starting).rejects.toThrow(GatewayStartError);
    await expect(starting).rejects.toThrow('connection refused');
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
  });

  test('leaves signals to others once it is done', async () => {
    const listeners = process.listenerCount('SIGTERM');
    const thread = await start(drained(true));
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
    await thread.drain();
  });
});

describe('the life of the forwarder', () => {
  test('a thread that dies is started again, and follows the same journal', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'tollgate-forwarder-'));
    // the first one dies when it is told to follow; the mark tells the second one that it is the second
    const mark = JSON.stringify(path.join(folder, 'died'));
    const thread = await start(`import { existsSync, writeFileSync } from 'node:fs';
      parentPort.on('message', ({ kind, directory }) => {
        if (kind === 'drain') return parentPort.postMessage({ kind: 'drained', everything: true });
        if (existsSync(${mark})) return parentPort.postMessage({ kind: 'progress', forwardedTo: directory.length });
        writeFileSync(${mark}, '');
        throw new Error('out of memory');
      });
      ${ADOPTED}`);
    thread.follow('/the journal');
    for (const deadline = Date.now() + 8_000; thread.forwardedTo === null && Date.now() < deadline;) await sleep(20);
    expect(thread.forwardedTo).toBe('/the journal'.length);
    expect(await thread.drain()).toBe(true);
    await rm(folder, { recursive: true });
  });
});

describe('the end of the forwarder', () => {
  test.each([true, false])('tells whether everything was forwarded (%s)', async (everything) => {
    const thread = await start(drained(everything));
    expect(await thread.drain()).toBe(everything);
  });

  test('a thread that dies has not forwarded everything', async () => {
    const thread = await start(`${ADOPTED} parentPort.on('message', () => process.exit(1));`);
    expect(await thread.drain()).toBe(false);
  });

  test('the registration says so only when it is true', async () => {
    const testDatabase = await createTestDatabase();
    const database = Database.connect(testDatabase.url);
    const ended = async (everythingForwarded: boolean, forwardedTo: number | null): Promise<number | undefined> => {
      const id = newId('gateway');
      const registration = await GatewayRegistration.register(database, id, () => forwardedTo);
      await registration.end(everythingForwarded);
      const row = await database.prisma.gatewayRegistration.findUniqueOrThrow({ where: { id } });
      expect(row.stoppedAt).not.toBeNull();
      return everythingForwarded ? Number(row.stoppedAt) - Number(row.forwardedTo) : row.forwardedTo?.getTime();
    };
    expect(await ended(true, 1_000)).toBe(0);
    expect(await ended(false, 1_000)).toBe(1_000);
    expect(await ended(false, null)).toBeUndefined();
    await database.close();
    await testDatabase.drop();
  });
});
