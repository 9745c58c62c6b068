import fs from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';

import { frameBound, scanFrames, writeFrame } from './frame.js';
import { Journal } from './journal.js';
import type { JournalOptions } from './journal.js';
import { listSegments, readSegment, segmentPath } from './segment-files.js';

let directory: string;
let failures: Error[];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tollgate-journal-'));
  failures = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function open(options: Partial<JournalOptions> = {}): Promise<Journal> {
  return Journal.open({ directory, gatewayId: 'gw_a', onFailure: (error) => failures.push(error), ...options });
}

function append(journal: Journal, record: string): Promise<void> {
  return new Promise((resolve, reject) => {
    journal.append(record, (error) => (error === null ? resolve() : reject(error)));
  });
}

async function recordsOf(journal: Journal): Promise<string[]> {
  const records: string[] = [];
  for (const segment of await listSegments(journal.directory)) {
    const { records: found } = await readSegment(segmentPath(journal.directory, segment));
    records.push(...found.map(({ bytes }) => bytes.toString()));
  }
  return records;
}

function frames(records: readonly string[]): Buffer {
  const buffer = Buffer.alloc(records.reduce((sum, record) => sum + frameBound(record), 0));
  return buffer.subarray(
    0,
    records.reduce((offset, record) => writeFrame(buffer, offset, record), 0),
  );
}

const texts = (buffer: Buffer): string[] => scanFrames(buffer, true).records.map(({ bytes }) => bytes.toString());

describe('frames', () => {
  const anyRecords = fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 8 });

  test('give the records back, however the file is cut', () => {
    fc.assert(
      fc.property(anyRecords, fc.nat(), (records, cut) => {
        const whole = frames(records);
        expect(texts(whole)).toEqual(records);
        const torn = whole.subarray(0, cut % whole.length);
        expect(records.slice(0, texts(torn).length)).toEqual(texts(torn));
        // read in two pieces, as the forwarder reads a file that is still growing
        const first = scanFrames(torn, false);
        expect([
          ...first.records.map(({ bytes }) => bytes.toString()),
          ...texts(whole.subarray(first.consumed)),
        ]).toEqual(records);
        expect(first.damaged).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  test('one flipped bit costs one record, and is noticed', () => {
    fc.assert(
      fc.property(anyRecords, fc.nat(), fc.integer({ min: 0, max: 7 }), (records, at, bit) => {
        const bytes = frames(records);
        const position = at % bytes.length;
        bytes[position] = (bytes[position] ?? 0) ^ (1 << bit);
        const { records: left, damaged } = scanFrames(bytes, true);
        expect(left.length).toBe(records.length - 1);
        expect(damaged).toBeGreaterThan(0);
        for (const { bytes: text } of left) expect(records).toContain(text.toString());
      }),
      { numRuns: 500 },
    );
  });
});

describe('journal', () => {
  test('writes everything of one turn with one write, and calls back in order', async () => {
    let writes = 0;
    const journal = await open({
      write: (descriptor, bytes, offset, length) => {
        writes += 1;
        return fs.writeSync(descriptor, bytes, offset, length);
      },
    });
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        await append(journal, `record ${index}`);
        order.push(index);
      }),
    );
    expect(writes).toBe(1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(await recordsOf(journal)).toHaveLength(50);
    await journal.close();
  });

  test('holds records that are larger than its buffer', async () => {
    const journal = await open();
    const large = 'ü'.repeat(3_000_000);
    await Promise.all([append(journal, 'before'), append(journal, large), append(journal, 'after')]);
    await journal.close();
    expect(await recordsOf(journal)).toEqual(['before', large, 'after']);
  });

  test('begins a new segment when one is full, and loses nothing between them', async () => {
    const journal = await open({ segmentBytes: 1_000 });
    const records = Array.from({ length: 60 }, (_, index) => `${index} ${'x'.repeat(90)}`);
    for (const record of records) await append(journal, record);
    await journal.close();
    expect((await listSegments(journal.directory)).length).toBeGreaterThan(4);
    expect(await recordsOf(journal)).toEqual(records);
  });

  test('a full disk is told to the callers and to the operator once; nothing half-written remains', async () => {
    let room = 120;
    const write: JournalOptions['write'] = (descriptor, bytes, offset, length) => {
      const fits = Math.min(length, room);
      if (fits === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      room -= fits;
      return fs.writeSync(descriptor, bytes, offset, fits);
    };
    const journal = await open({ write });
    await append(journal, 'fits');
    await expect(Promise.all([append(journal, 'y'.repeat(60)), append(journal, 'z'.repeat(60))])).rejects.toThrow(
      'no space',
    );
    await expect(append(journal, 'still full')).rejects.toThrow('no space');
    expect(failures).toHaveLength(1);
    expect(journal.failure).not.toBeNull();

    room = 10_000;
    await append(journal, 'fits again');
    expect(journal.failure).toBeNull();
    await journal.close();
    expect(await recordsOf(journal)).toEqual(['fits', 'fits again']);
    expect(await listSegments(journal.directory)).toEqual([1]);
  });

  test('a file that fails for good is left for a new one', async () => {
    const eio = (): never => {
      throw Object.assign(new Error('input/output error'), { code: 'EIO' });
    };
    let isBroken = true;
    const journal = await open({
      write: (descriptor, bytes, offset, length) => {
        if (!isBroken) return fs.writeSync(descriptor, bytes, offset, length);
        fs.writeSync(descriptor, bytes, offset, 7);
        return eio();
      },
    });
    const truncate = jest.spyOn(fs, 'ftruncateSync').mockImplementation(eio);
    await expect(append(journal, 'lost')).rejects.toThrow('input/output error');
    truncate.mockRestore();
    isBroken = false;
    await append(journal, 'kept');
    await journal.close();
    expect(await listSegments(journal.directory)).toEqual([1, 2]);
    expect(await recordsOf(journal)).toEqual(['kept']);
  });

  test('a defect in one callback does not keep the others waiting', async () => {
    const journal = await open();
    const surfaced = new Promise<unknown>((resolve) => {
      const original = globalThis.queueMicrotask;
      globalThis.queueMicrotask = (run) => {
        globalThis.queueMicrotask = original;
        try {
          run();
        } catch (error) {
          resolve(error);
        }
      };
    });
    journal.append('first', () => {
      throw new Error('defect');
    });
    await append(journal, 'second');
    expect(await surfaced).toEqual(new Error('defect'));
    await journal.close();
  });

  test('refuses records after it was closed', async () => {
    const journal = await open();
    await journal.close();
    await expect(append(journal, 'late')).rejects.toThrow('closed');
    expect(failures).toEqual([]);
  });

  test('refuses a folder that a running process writes; sets aside what a dead one left', async () => {
    const journal = await open();
    await append(journal, 'mine');
    await expect(open()).rejects.toThrow(`process ${process.pid}`);
    await journal.close();
    const owner = path.join(journal.directory, 'owner');
    const dead = { ...(JSON.parse(await readFile(owner, 'utf8')) as object), processStart: 'another boot' };
    await writeFile(owner, JSON.stringify(dead));
    const next = await open();
    expect(await recordsOf(next)).toEqual([]);
    const [aside] = (await readdir(directory)).filter((name) => name.startsWith('gw_a~'));
    expect(await readdir(path.join(directory, aside ?? ''))).toContain('000000000001.segment');
    await next.close();
  });
});
