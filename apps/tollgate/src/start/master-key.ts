import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StartUpError } from '../start-up-error.js';

const KEY_BYTES = 32;

/**
 * The key that seals provider credentials: the configured one, else the one in the data directory, which the first
 * start makes. Whoever loses it has to enter the credentials again.
 * @throws StartUpError when the file does not hold a key.
 */
export function masterKeyFor(config: { readonly masterKey: Buffer | null; readonly dataDirectory: string }): Buffer {
  if (config.masterKey !== null) return config.masterKey;
  const file = fileOf(config);
  makeOnce(file);
  return keyIn(file);
}

/**
 * For a command: the same key, but none is made; `null` where there is none yet.
 * @throws StartUpError when the file does not hold a key.
 */
export function existingMasterKey(config: Parameters<typeof masterKeyFor>[0]): Buffer | null {
  if (config.masterKey !== null) return config.masterKey;
  const file = fileOf(config);
  return existsSync(file) ? keyIn(file) : null;
}

const fileOf = ({ dataDirectory }: { readonly dataDirectory: string }): string =>
  path.join(dataDirectory, 'master-key');

function keyIn(file: string): Buffer {
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new StartUpError(`${file} does not hold a master key of ${KEY_BYTES} bytes`);
  return key;
}

/** Appears whole or not at all; an existing one is never replaced. */
function makeOnce(file: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
}
