import fs from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Journal } from '@tollgate/journal';

import { EventOutbox } from './event-outbox.js';

let directory: string;
let journal: Journal;
let outbox: EventOutbox;
/** Bytes that the disk still has room for. */
let room: number;
let lost: number;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tollgate-outbox-'));
  room = 0;
  lost = 0;
  journal = await Journal.open({
    directory,
    gatewayId: 'gw_a',
    onFailure: () => undefined,
    write: (descriptor, bytes, offset, length) => {
      if (length > room) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      room -= length;
      return fs.writeSync(descriptor, bytes, offset, length);
    },
  });
  outbox = new EventOutbox(journal, () => lost++);
});
afterEach(async () => {
  await journal.close();
  await rm(directory, { recursive: true, force: true });
});

const write = (event: string): Promise<void> => new Promise((resolve) => outbox.write(event, resolve));

function journaled(): string {
  const files = fs.readdirSync(journal.directory).filter((file) => file.endsWith('.segment'));
  return files.map((file) => fs.readFileSync(path.join(journal.directory, file), 'utf8')).join('');
}

test('what waits when the gateway stops is written if there is room again', async () => {
  await Promise.all([write('first event'), write('second event')]);
  expect(journaled()).toBe('');
  room = 1_000;
  expect(await outbox.close()).toBe(0);
  expect(lost).toBe(0);
  expect(journaled()).toMatch(/first event[^]*second event/);
});

test('otherwise as much as there is room for is written, and the rest is counted as lost', async () => {
  await Promise.all([write('first event'), write('second event'), write('third event')]);
  room = 40;
  const lostInClosing = await outbox.close();
  expect(lostInClosing).toBeGreaterThan(0);
  expect(lostInClosing).toBeLessThan(3);
  expect(lost).toBe(lostInClosing);
  expect(journaled()).toContain('first event');
  expect(journaled()).not.toContain('third event');
});

test('an event that is being written when the gateway stops is among those that are counted', async () => {
  const writing = write('event');
  expect(await outbox.close()).toBe(1);
  await writing;
  expect(lost).toBe(1);
});

test('an event that comes later and cannot be written is counted as lost at once', async () => {
  expect(await outbox.close()).toBe(0);
  await write('late event');
  expect(lost).toBe(1);
  room = 1_000;
  await write('last event');
  expect(lost).toBe(1);
  expect(journaled()).toContain('last event');
});
