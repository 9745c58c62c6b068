import type { IncomingMessage } from 'node:http';

import { Nursery } from '../nursery.js';

/**
 * The bytes of a request, with room in front: a splice that makes the head longer moves only the head, never the
 * hundreds of kilobytes behind it.
 */
export interface RequestBody {
  readonly memory: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Room in front of a body, and behind it; a splice that needs more falls back to copying. */
const SLACK_BYTES = 512;
const SLAB_BYTES = 256 * 1024;
const MAX_IDLE_SLABS = 64;
/** Each 64 KB that are read count; at 64 MB of them the engine would mark the heap: 200 KB prompts cost twice as much. */
const BYTES_PER_COLLECTION = 32 * 1024 * 1024;

/** Calls back with the body, or with `null` when it is too large. */
type BodyRead = (body: RequestBody | null) => void;

/** Reads request bodies into recycled slabs. One instance per gateway. */
export class RequestBodyReader {
  private readonly idleSlabs: Buffer[] = [];

  private readonly nursery = new Nursery(BYTES_PER_COLLECTION);

  constructor(private readonly maxBodyBytes: number) {}

  /**
   * Calls back at most once: a client that goes away in the middle is heard of no more, and one that takes too long is
   * cut off by the server's own clock (`requestTimeout`), which costs a request nothing.
   */
  read(request: IncomingMessage, done: BodyRead): void {
    const declared = Number(request.headers['content-length'] ?? Number.NaN);
    if (declared > this.maxBodyBytes) return done(null);
    const memory = Number.isNaN(declared)
      ? this.takeSlab(SLAB_BYTES)
      : this.takeSlab(SLACK_BYTES + declared + SLACK_BYTES);
    new BodyCollector(request, memory, this.maxBodyBytes).collect((body) => {
      if (body !== null) this.nursery.passed(body.end - body.start);
      done(body);
    });
  }

  /** Gives a slab back once nothing reads from it any more: after the upstream has got its request. */
  release(body: RequestBody): void {
    if (body.memory.length === SLAB_BYTES && this.idleSlabs.length < MAX_IDLE_SLABS) this.idleSlabs.push(body.memory);
  }

  private takeSlab(bytes: number): Buffer {
    if (bytes > SLAB_BYTES) return Buffer.allocUnsafeSlow(bytes);
    if (bytes < SLAB_BYTES / 8) return Buffer.allocUnsafe(bytes);
    return this.idleSlabs.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
  }
}

class BodyCollector {
  private end = SLACK_BYTES;
  private finished = false;

  constructor(
    private readonly request: IncomingMessage,
    private memory: Buffer,
    private readonly maxBytes: number,
  ) {}

  collect(done: BodyRead): void {
    const finish = (body: RequestBody | null): void => {
      if (this.finished) return;
      this.finished = true;
      done(body);
    };
    this.request.on('data', (chunk: Buffer) => {
      if (!this.finished && !this.append(chunk)) finish(null);
    });
    this.request.on('end', () => finish({ memory: this.memory, start: SLACK_BYTES, end: this.end }));
  }

  private append(chunk: Buffer): boolean {
    const needed = this.end + chunk.length;
    if (needed - SLACK_BYTES > this.maxBytes) return false;
    if (needed > this.memory.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.memory.length * 2));
      this.memory.copy(grown, 0, 0, this.end);
      this.memory = grown;
    }
    chunk.copy(this.memory, this.end);
    this.end = needed;
    return true;
  }
}
