import { API_KEY_PREFIX, issueSecret, type IssuedSecret } from '@tollgate/domain';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { StartUpError } from '../start-up-error.js';

const DAY_MS = 86_400_000;

const content = z.strictObject({
  /** Stands in the audit log of the database that belongs to the file. */
  id: z.string(),
  /** Of everything that is drawn. */
  seed: z.string(),
  days: z.int().positive(),
  /** Unix milliseconds up to which there is history. */
  endsAt: z.int().positive(),
  /** Whether all of the history has been booked. */
  complete: z.boolean(),
  password: z.string(),
  apiKey: z.strictObject({ secret: z.string(), hash: z.string(), displayPrefix: z.string() }),
});

/** What a demo has to remember beside its database. */
export interface DemoFile {
  readonly id: string;
  readonly seed: string;
  readonly days: number;
  readonly endsAt: number;
  readonly complete: boolean;
  /** Of every person of the demo. */
  readonly password: string;
  readonly apiKey: IssuedSecret;
}

export function startOfHistory({ endsAt, days }: Pick<DemoFile, 'endsAt' | 'days'>): number {
  return endsAt - days * DAY_MS;
}

/** @throws StartUpError when there is a file that this version cannot read. */
export function readDemoFile(directory: string): DemoFile | null {
  const file = fileIn(directory);
  if (!existsSync(file)) return null;
  try {
    return content.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new StartUpError(`${file} is not what this version writes: remove ${directory} and start the demo again`);
  }
}

/** A demo that ends now. Its secrets are this folder's own. */
export function newDemoFile(days: number): DemoFile {
  return {
    id: `demo_${randomBytes(12).toString('hex')}`,
    seed: 'tollgate',
    days,
    endsAt: Date.now(),
    complete: false,
    password: randomBytes(12).toString('base64url'),
    apiKey: issueSecret(API_KEY_PREFIX),
  };
}

/** Appears whole or not at all, and only its owner may read it. */
export function writeDemoFile(directory: string, demo: DemoFile): void {
  const draft = `${fileIn(directory)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, fileIn(directory));
}

const fileIn = (directory: string): string => path.join(directory, 'demo.json');
