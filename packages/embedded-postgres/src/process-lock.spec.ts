import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { identityOf, isRunning } from './process-identity.js';
import { acquireProcessLock, isProcessLockHeld, LockHeldError } from './process-lock.js';

describe('process lock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tollgate-lock-'));
    file = path.join(folder, 'x.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is held by one at a time and names its owner', async () => {
    expect(isProcessLockHeld(file)).toBe(false);
    const lock = await acquireProcessLock(file);
    expect(isProcessLockHeld(file)).toBe(true);
    await expect(acquireProcessLock(file)).rejects.toThrow(LockHeldError);
    await expect(acquireProcessLock(file)).rejects.toMatchObject({ ownerPid: process.pid });
    lock.release();
    (await acquireProcessLock(file)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('waits for its owner to let go', async () => {
    const lock = await acquireProcessLock(file);
    setTimeout(() => lock.release(), 100);
    (await acquireProcessLock(file, 5000)).release();
  });

  it('is taken over from a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(file, `${pid} 12345`);
    expect(isProcessLockHeld(file)).toBe(false);
    (await acquireProcessLock(file)).release();
    expect(existsSync(file)).toBe(false);
  });

  it('is taken over when its number belongs to a later process', async () => {
    writeFileSync(file, `${process.pid} 1`);
    (await acquireProcessLock(file)).release();
  });

  it('lets exactly one of many through at a time, an abandoned lock included', async () => {
    writeFileSync(file, '999999999 1');
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const lock = await acquireProcessLock(file, 20_000);
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
        lock.release();
      }),
    );
    expect(most).toBe(1);
  });
});

describe('process identity', () => {
  it('knows itself, and not the gone or the impossible', () => {
    const own = identityOf(process.pid) ?? '';
    expect(isRunning(own)).toBe(true);
    expect(isRunning(spawnSync(process.execPath, ['-e', '']).pid.toString())).toBe(false);
    expect(identityOf(0)).toBeNull();
    expect(identityOf(-1)).toBeNull();
    expect(identityOf(Number.NaN)).toBeNull();
    expect(isRunning('')).toBe(false);
  });
});
