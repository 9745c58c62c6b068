import { Database } from '@tollgate/database';
import { newId } from '@tollgate/domain';
import type { Logger } from '@tollgate/telemetry';
import { createTestDatabase } from '@tollgate/testing';
import { describe, expect, test } from '@jest/globals';

import { ForwarderThread } from '../src/journal-forwarding/forwarder-thread.js';
import { GatewayRegistration } from '../src/platform/gateway-registration.js';

/** A thread that says what a test wants said, in place of the real one. */
function program(source: string): URL {
  return new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; ${source}`)}`,
  );
}

const ADOPTED = `parentPort.postMessage({ kind: 'adopted', journals: 0, events: 0, crashed: 0 });`;
const drained = (everything: boolean): string =>
  `${ADOPTED} parentPort.on('message', () => parentPort.postMessage({ kind: 'drained', everything: ${everything} }));`;

const logger = {
  info: () => undefined,
  error: () => undefined,
  warn: () => undefined,
} as unknown as Logger;

function start(source: string): Promise<ForwarderThread> {
  return ForwarderThread.start({ journalRoot: '', databaseUrl: '', logger, program: program(source) });
}

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
