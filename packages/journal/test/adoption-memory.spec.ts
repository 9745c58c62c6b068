import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { Journal } from '../src/index.js';

const MB = 1024 * 1024;
const JOURNAL_MB = 64;
const HEAP_MB = 32;
const EVENTS_PER_MB = 512;
const BATCH_SIZE = 50;

const ADOPT = `
  import { adoptOrphans } from '@tollgate/journal';
  let [largest, received] = [0, 0];
  const sink = async (batch) => {
    largest = Math.max(largest, batch.length);
    received += batch.length;
  };
  const [directory] = process.argv.slice(-1);
  const adoption = await adoptOrphans({ directory, sink, isAlive: () => false, batchSize: ${BATCH_SIZE} });
  console.log(JSON.stringify({ ...adoption, largest, received }));
`;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tollgate-journal-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Ids that are well-formed and cheap to make. */
const uuid = (number: number): string => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

async function writeJournal(): Promise<number> {
  const journal = await Journal.open({
    directory,
    gatewayId: 'gw_a',
    segmentBytes: 4 * MB,
    syncIntervalMs: 1_000,
    onFailure: () => undefined,
  });
  const payload = 'x'.repeat(MB / EVENTS_PER_MB - 200);
  const append = (record: object): Promise<void> =>
    new Promise((resolve, reject) => {
      journal.append(JSON.stringify(record), (error) => (error === null ? resolve() : reject(error)));
    });
  const events = JOURNAL_MB * EVENTS_PER_MB;
  for (let number = 0; number < events; number += EVENTS_PER_MB) {
    const numbers = Array.from({ length: EVENTS_PER_MB }, (_, index) => number + index);
    const intents = numbers.map((each) => append({ kind: 'intent', requestId: uuid(each), organizationId: 'org_a' }));
    const ended = numbers.map((each) =>
      append({ kind: 'event', requestId: uuid(each), organizationId: 'org_a', part: 0, revision: 0, payload }),
    );
    await Promise.all([...intents, ...ended]);
  }
  await append({ kind: 'intent', requestId: uuid(events), organizationId: 'org_a' });
  await journal.close();
  return events;
}

describe('the journal of a long outage', () => {
  test(`${JOURNAL_MB} MB of it are adopted with a heap of ${HEAP_MB} MB`, async () => {
    const events = await writeJournal();
    const flags = ['--no-warnings', '--experimental-transform-types', '--conditions=tollgate-source'];
    const program = ['--import', './run-sources.mjs', '--input-type=module', '--eval', ADOPT, directory];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [`--max-old-space-size=${HEAP_MB}`, '--max-semi-space-size=4', ...flags, ...program],
      { cwd: import.meta.dirname },
    );
    expect(JSON.parse(stdout)).toEqual({
      gatewayIds: ['gw_a'],
      events,
      crashed: 1,
      damagedBytes: 0,
      largest: BATCH_SIZE,
      received: events + 1,
    });
    expect(await readdir(directory)).toEqual([]);
  }, 60_000);
});
