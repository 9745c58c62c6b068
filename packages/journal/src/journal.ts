import fs from 'node:fs';
import path from 'node:path';

import { frameBound, writeFrame } from './frame.js';
import {
  isOwnerAlive,
  ownerFile,
  ownerRecord,
  readOwner,
  RENEWAL_INTERVAL_MS,
  renewOwnership,
} from './journal-owner.js';
import { segmentPath } from './segment-files.js';

export interface JournalOptions {
  /** Holds one folder per gateway. */
  readonly directory: string;
  readonly gatewayId: string;
  /** A new segment file is begun when one has grown to this. Default 32 MiB. */
  readonly segmentBytes?: number;
  /** Everything written within this time shares one fdatasync. Default 50 ms: what a power cut may take. */
  readonly syncIntervalMs?: number;
  /** Told once when writing begins to fail; records that could not be written were told to their callers. */
  readonly onFailure: (error: Error) => void;
  /** How bytes reach the file; replaced only to rehearse failing disks. */
  readonly write?: WriteBytes;
}

export type WriteBytes = (descriptor: number, bytes: Buffer, offset: number, length: number) => number;
export type RecordWritten = (error: Error | null) => void;

const DEFAULT_SEGMENT_BYTES = 32 * 1024 * 1024;
const DEFAULT_SYNC_INTERVAL_MS = 50;
const BUFFER_BYTES = 1024 * 1024;
const RETRY_INTERVAL_MS = 500;

/**
 * The durable local outbox of a gateway: records are appended to segment files. Everything appended in one turn of the
 * event loop goes out in one write, and then its callers go on: the bytes are in the page cache, which survives the
 * death of this process. fdatasync follows in groups, off the thread.
 *
 * When the disk fails or is full, callers get the error, and every later record tries again.
 */
export class Journal {
  /** The folder of this gateway's segments. */
  readonly directory: string;
  readonly #options: Required<Omit<JournalOptions, 'directory' | 'gatewayId'>>;
  #segment: OpenSegment | null = null;
  #nextNumber = 1;
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #used = 0;
  #waiting: RecordWritten[] = [];
  #spare: RecordWritten[] = [];
  #flushIsScheduled = false;
  #failure: Error | null = null;
  /** When another segment may be begun after a failure: a failing disk would fill up with empty ones. */
  #retryAt = 0;
  #closed = false;
  #renewal: NodeJS.Timeout | undefined;

  private constructor(directory: string, options: JournalOptions) {
    this.directory = directory;
    this.#options = {
      segmentBytes: options.segmentBytes ?? DEFAULT_SEGMENT_BYTES,
      syncIntervalMs: options.syncIntervalMs ?? DEFAULT_SYNC_INTERVAL_MS,
      onFailure: options.onFailure,
      write: options.write ?? fs.writeSync,
    };
  }

  /**
   * Opens a new journal for a gateway, owned by this process. What an earlier process of the same name left behind is
   * set aside, for `adoptOrphans`. @throws when such a process is still running, or the folder cannot be written.
   */
  static async open(options: JournalOptions): Promise<Journal> {
    const directory = path.join(options.directory, options.gatewayId);
    await setAside(directory);
    createOwned(directory, options.gatewayId);
    const journal = new Journal(directory, options);
    journal.#segment = journal.#beginSegment();
    journal.#renewal = setInterval(() => renewOwnership(directory), RENEWAL_INTERVAL_MS).unref();
    return journal;
  }

  /** Why records cannot be written at the moment, or `null`. */
  get failure(): Error | null {
    return this.#failure;
  }

  /**
   * Appends a record. `done` is called soon, never from within this call: with `null` once the record would survive the
   * death of this process, or with the error that kept it from being written.
   */
  append(record: string, done: RecordWritten): void {
    const needed = this.#used + frameBound(record);
    if (needed > this.#buffer.length) this.#growBuffer(needed);
    this.#used = writeFrame(this.#buffer, this.#used, record);
    this.#waiting.push(done);
    if (this.#flushIsScheduled) return;
    this.#flushIsScheduled = true;
    setImmediate(this.#flush);
  }

  /** Writes what is waiting, makes everything durable, and closes. Appending afterwards fails. */
  async close(): Promise<void> {
    this.#flush();
    this.#closed = true;
    clearInterval(this.#renewal);
    const segment = this.#segment;
    this.#segment = null;
    if (segment !== null) await segment.finish();
  }

  readonly #flush = (): void => {
    this.#flushIsScheduled = false;
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = this.#spare;
    const error = this.#writeBuffer();
    this.#used = 0;
    if (this.#buffer.length > BUFFER_BYTES) this.#buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    for (const done of waiting) callBack(done, error);
    waiting.length = 0;
    this.#spare = waiting;
  };

  #writeBuffer(): Error | null {
    try {
      if (this.#closed) throw new Error('the journal is closed');
      this.#segment ??= this.#beginAnother();
      this.#segment.write(this.#buffer, this.#used);
      this.#failure = null;
      if (this.#segment.size >= this.#options.segmentBytes) this.#endSegment(this.#segment);
      return null;
    } catch (cause) {
      return this.#fail(cause);
    }
  }

  #fail(cause: unknown): Error {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    // behind a torn batch nothing may be written; a full disk, with the batch taken back, is only to be tried again
    if (this.#segment?.torn === true) this.#endSegment(this.#segment);
    if (this.#failure === null && !this.#closed) this.#options.onFailure(error);
    this.#failure = error;
    return error;
  }

  #beginAnother(): OpenSegment {
    if (this.#failure !== null && Date.now() < this.#retryAt) throw this.#failure;
    this.#retryAt = Date.now() + RETRY_INTERVAL_MS;
    return this.#beginSegment();
  }

  #beginSegment(): OpenSegment {
    const file = segmentPath(this.directory, this.#nextNumber);
    const { write, syncIntervalMs } = this.#options;
    const segment = new OpenSegment(file, { write, syncIntervalMs, onFailure: (error) => this.#fail(error) });
    this.#nextNumber += 1;
    return segment;
  }

  #endSegment(segment: OpenSegment): void {
    this.#segment = null;
    segment.finish().catch((error: unknown) => this.#fail(error));
  }

  #growBuffer(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#used);
    this.#buffer = grown;
  }
}

function callBack(done: RecordWritten, error: Error | null): void {
  try {
    done(error);
  } catch (defect) {
    // one caller's defect must not keep the others waiting; it surfaces as what it is, an uncaught exception
    queueMicrotask(() => {
      throw defect;
    });
  }
}

interface SegmentOptions {
  readonly write: WriteBytes;
  readonly syncIntervalMs: number;
  readonly onFailure: (error: Error) => void;
}

/** The segment that is being written. */
class OpenSegment {
  readonly #descriptor: number;
  readonly #options: SegmentOptions;
  #written = 0;
  #synced = 0;
  #syncing: Promise<void> | null = null;
  #finished = false;
  #torn = false;

  constructor(file: string, options: SegmentOptions) {
    this.#options = options;
    this.#descriptor = fs.openSync(file, 'ax', 0o600);
    syncDirectory(path.dirname(file), options.onFailure);
  }

  get size(): number {
    return this.#written;
  }

  /** The file may end with half of a batch, or be less durable than it was said to be. */
  get torn(): boolean {
    return this.#torn;
  }

  write(bytes: Buffer, length: number): void {
    const start = this.#written;
    try {
      for (let done = 0; done < length;) {
        done += this.#options.write(this.#descriptor, bytes, done, length - done);
      }
    } catch (error) {
      this.#takeBack(start);
      throw error;
    }
    this.#written += length;
    if (this.#syncing === null && !this.#finished) this.#syncing = this.#syncSoon();
  }

  /** Half of a batch must not be forwarded when its callers were told that it was not written. */
  #takeBack(length: number): void {
    try {
      fs.ftruncateSync(this.#descriptor, length);
    } catch {
      this.#torn = true;
    }
  }

  /** Makes everything durable and closes the file. */
  async finish(): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    await this.#syncing;
    try {
      if (this.#synced < this.#written) await this.#sync();
    } finally {
      fs.closeSync(this.#descriptor);
    }
  }

  async #syncSoon(): Promise<void> {
    try {
      while (this.#synced < this.#written && !this.#finished) {
        await new Promise((resolve) => setTimeout(resolve, this.#options.syncIntervalMs));
        await this.#sync();
      }
    } catch (error) {
      this.#torn = true;
      this.#options.onFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#syncing = null;
    }
  }

  async #sync(): Promise<void> {
    const upTo = this.#written;
    await new Promise<void>((resolve, reject) => {
      fs.fdatasync(this.#descriptor, (error) => (error === null ? resolve() : reject(error)));
    });
    this.#synced = upTo;
  }
}

/** Makes the name of a new file durable. Not every file system can sync a directory; there the file's own sync must do. */
function syncDirectory(directory: string, onFailure: (error: Error) => void): void {
  fs.open(directory, 'r', (openError, descriptor) => {
    if (openError !== null) return onFailure(openError);
    fs.fsync(descriptor, () => fs.close(descriptor));
  });
}

/** A folder without an owner would look abandoned, so it appears only together with it. */
function createOwned(directory: string, gatewayId: string): void {
  const draft = path.join(path.dirname(directory), `.${gatewayId}`);
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { recursive: true, mode: 0o700 });
  fs.writeFileSync(ownerFile(draft), ownerRecord(gatewayId), { mode: 0o600 });
  fs.renameSync(draft, directory);
}

async function setAside(directory: string): Promise<void> {
  if (!fs.existsSync(directory)) return;
  const owner = await readOwner(directory);
  if (owner !== null && isOwnerAlive(owner)) {
    throw new Error(`the journal ${directory} is being written by process ${owner.pid}`);
  }
  fs.renameSync(directory, `${directory}~${Date.now()}`);
}
