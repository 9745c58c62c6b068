import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { readSegment } from '../src/index.js';
import { listSegments, segmentPath } from '../src/segment-files.js';

const here = path.dirname(fileURLToPath(import.meta.url));
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'tollgate-journal-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Lets a process append for a while, kills it with -9, and returns the last record that it said was written. */
async function appendAndKill(gatewayId: string, runMs: number): Promise<number> {
  const flags = ['--no-warnings', '--experimental-transform-types', '--conditions=tollgate-source'];
  const loader = ['--import', path.join(here, 'run-sources.mjs')];
  const program = path.join(here, 'appending-process.ts');
  const child = spawn(process.execPath, [...flags, ...loader, program, directory, gatewayId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  while (!output.includes('\n')) await sleep(10);
  await sleep(runMs);
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
  return Number(output.trimEnd().split('\n').at(-1));
}

describe('a process that is killed while it appends', () => {
  test.each([5, 23, 61, 140])('loses no acknowledged record (killed after %i ms)', async (runMs) => {
    const acknowledged = await appendAndKill('gw_a', runMs);
    const folder = path.join(directory, 'gw_a');
    const numbers: number[] = [];
    for (const segment of await listSegments(folder)) {
      const { records } = await readSegment(segmentPath(folder, segment));
      numbers.push(...records.map(({ bytes }) => (JSON.parse(bytes.toString()) as { number: number }).number));
    }
    expect(acknowledged).toBeGreaterThan(0);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
    expect(numbers.length).toBeGreaterThanOrEqual(acknowledged);
  });
});
