import { rename, rm } from 'node:fs/promises';

import { isBefore, readCursor, writeCursor } from './journal-cursor.js';
import type { JournalCursor } from './journal-cursor.js';
import { skimRecord } from './journal-records.js';
import type { EventSink, ForwardedEvent } from './journal-records.js';
import { OpenIntents } from './open-intents.js';
import { damagedSegmentPath, listSegments, segmentPath } from './segment-files.js';
import { SegmentTail } from './segment-tail.js';

export interface JournalForwarderOptions {
  /** `journal.directory`: the folder of one gateway. */
  readonly directory: string;
  readonly sink: EventSink;
  /** Events in one call of the sink. Default 2,000. */
  readonly batchSize?: number;
  /** How long to wait for new records when there are none. Default 50 ms. */
  readonly pollIntervalMs?: number;
  /** The sink failed, or a file could not be read. It is tried again, for ever. */
  readonly onError: (error: Error) => void;
  /** Bytes that belong to no record. Their segment is kept under another name. */
  readonly onDamage: (segment: number, bytes: number) => void;
}

const DEFAULT_BATCH_SIZE = 2_000;
const DEFAULT_POLL_INTERVAL_MS = 50;
const CURSOR_INTERVAL_MS = 1_000;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

/**
 * Follows a gateway's journal and hands its events on, in order. A segment file is deleted only when everything in it
 * has been handed on and every intent in it has its event. Runs beside the gateway, in a thread of its own.
 */
export class JournalForwarder {
  readonly #options: Required<JournalForwarderOptions>;
  readonly #intents = new OpenIntents();
  readonly #damaged = new Set<number>();
  #forwarded: JournalCursor;
  #tail: SegmentTail | null = null;
  #batch: ForwardedEvent[] = [];
  #forwardedTo: number | null = null;
  #cursorStoredAt = Number.NEGATIVE_INFINITY;
  #journalIsClosed = false;
  #stopped = false;
  #isFinished = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> | null = null;

  constructor(options: JournalForwarderOptions) {
    this.#options = { batchSize: DEFAULT_BATCH_SIZE, pollIntervalMs: DEFAULT_POLL_INTERVAL_MS, ...options };
    this.#forwarded = readCursor(options.directory);
  }

  /** Every event that was written before this instant (Unix milliseconds) is forwarded; `null` before the first pass. */
  get forwardedTo(): number | null {
    return this.#forwardedTo;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Forwards what remains of a journal that has been closed, and removes it. Ends when that is done, or with `stop`.
   * Returns whether everything is forwarded: not when it was stopped, nor when a request has begun and has no event.
   */
  async drain(): Promise<boolean> {
    this.#journalIsClosed = true;
    this.start();
    this.#wake();
    await this.#running;
    return this.#isFinished;
  }

  /** Ends after the batch that is under way; what remains is forwarded by whoever adopts the journal. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#running;
    await this.#tail?.close();
  }

  async #run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#stopped) {
      const closed = this.#journalIsClosed;
      try {
        const caughtUp = await this.#pass();
        retryMs = FIRST_RETRY_MS;
        if (!caughtUp) continue;
        if (closed) return await this.#removeJournal();
        if (!this.#journalIsClosed) await this.#sleep(this.#options.pollIntervalMs);
      } catch (error) {
        this.#options.onError(error instanceof Error ? error : new Error(String(error)));
        await this.#sleep(retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
  }

  /** One batch at most. Returns whether everything that had been written at its beginning is forwarded. */
  async #pass(): Promise<boolean> {
    const startedAt = Date.now();
    const caughtUp = this.#batch.length > 0 ? false : await this.#fillBatch();
    if (this.#batch.length > 0) {
      await this.#options.sink(this.#batch);
      this.#batch = [];
    }
    this.#tail?.forget();
    await this.#commit();
    if (caughtUp) this.#forwardedTo = startedAt;
    return caughtUp;
  }

  async #fillBatch(): Promise<boolean> {
    for (;;) {
      const segments = await listSegments(this.#options.directory);
      const [first] = segments;
      if (this.#tail === null && first !== undefined) this.#tail = await this.#openTail(first);
      const tail = this.#tail;
      if (tail === null) return true;
      const following = segments.find((segment) => segment > tail.segment);
      // a segment grows no more once there is a later one, which was asked before its end is read
      const atEnd = await this.#readTail(tail, following !== undefined || this.#journalIsClosed);
      if (!atEnd) return false;
      if (following === undefined) return true;
      await tail.close();
      this.#tail = await this.#openTail(following);
    }
  }

  #openTail(segment: number): Promise<SegmentTail> {
    return SegmentTail.open(segmentPath(this.#options.directory, segment), segment);
  }

  /** Reads until the batch is full or the segment has no more. Returns whether it had no more. */
  async #readTail(tail: SegmentTail, isWhole: boolean): Promise<boolean> {
    while (this.#batch.length < this.#options.batchSize) {
      const { records, damagedBytes, atEnd } = await tail.read(isWhole);
      for (const { bytes, end } of records) this.#take(bytes, { segment: tail.segment, offset: end });
      if (damagedBytes > 0) this.#noteDamage(tail.segment, damagedBytes);
      if (atEnd) return true;
    }
    return false;
  }

  #take(bytes: Buffer, position: JournalCursor): void {
    const record = skimRecord(bytes);
    if (record === null) return this.#noteDamage(position.segment, bytes.length);
    if (record.kind === 'intent') return this.#intents.open(record.requestId, position.segment);
    if (record.event.part === 0) this.#intents.close(record.event.requestId);
    // what stands before the cursor was forwarded by an earlier run; it is read again only for its intents
    if (isBefore(this.#forwarded, position)) this.#batch.push(record.event);
  }

  #noteDamage(segment: number, bytes: number): void {
    this.#damaged.add(segment);
    this.#options.onDamage(segment, bytes);
  }

  /** Remembers how far the journal has been forwarded, and deletes the segments that are done with. */
  async #commit(): Promise<void> {
    const position = this.#tail?.position;
    if (position === undefined || !isBefore(this.#forwarded, position)) return;
    this.#forwarded = position;
    for (const segment of await listSegments(this.#options.directory)) {
      if (segment < position.segment && !this.#intents.standIn(segment)) await this.#removeSegment(segment);
    }
    // last, since it may fail on a full disk, which only the removal of segments helps
    this.#storeCursor();
  }

  /** Not after each batch: forwarding again does no harm, and the file would cost more than the batch. */
  #storeCursor(): void {
    const now = performance.now();
    if (now - this.#cursorStoredAt < CURSOR_INTERVAL_MS) return;
    this.#cursorStoredAt = now;
    writeCursor(this.#options.directory, this.#forwarded);
  }

  async #removeSegment(segment: number): Promise<void> {
    const { directory } = this.#options;
    if (this.#damaged.has(segment)) {
      await rename(segmentPath(directory, segment), damagedSegmentPath(directory, segment));
    } else {
      await rm(segmentPath(directory, segment), { force: true });
    }
  }

  async #removeJournal(): Promise<void> {
    await this.#tail?.close();
    this.#tail = null;
    const { directory } = this.#options;
    // an intent without an event, in a journal that was closed: whoever adopts it makes the event
    if (this.#intents.size > 0) return;
    this.#isFinished = true;
    for (const segment of await listSegments(directory)) await this.#removeSegment(segment);
    if (this.#damaged.size === 0) await rm(directory, { recursive: true, force: true });
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
