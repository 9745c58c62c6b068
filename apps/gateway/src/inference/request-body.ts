import type { IncomingMessage } from 'node:http';

/**
 * The bytes of a request, with room in front: a splice that makes the head longer moves only the head, never the
 * hundreds of kilobytes behind it.
 */
export interface RequestBody {
  readonly memory: Buffer;
  readonly start: number;
  readonly end: number;
}

export type BodyProblem = 'too_large' | 'too_slow' | 'aborted';

/** Room in front of a body, and behind it; a splice that needs more falls back to copying. */
const SLACK_BYTES = 512;
const SLAB_BYTES = 256 * 1024;
const MAX_IDLE_SLABS = 64;

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
}

/** Reads request bodies into recycled slabs. One instance per gateway. */
export class RequestBodyReader {
  private readonly idleSlabs: Buffer[] = [];

  constructor(private readonly limits: BodyLimits) {}

  /** Calls back exactly once, with the body or with what is wrong. */
  read(request: IncomingMessage, done: (problem: BodyProblem | null, body: RequestBody | null) => void): void {
    const declared = Number(request.headers['content-length'] ?? Number.NaN);
    if (declared > this.limits.maxBodyBytes) {
      done('too_large', null);
      return;
    }
    const memory = Number.isNaN(declared)
      ? this.takeSlab(SLAB_BYTES)
      : this.takeSlab(SLACK_BYTES + declared + SLACK_BYTES);
    new BodyCollector(request, memory, this.limits).collect(done);
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
    private readonly limits: BodyLimits,
  ) {}

  collect(done: (problem: BodyProblem | null, body: RequestBody | null) => void): void {
    const finish = (problem: BodyProblem | null): void => {
      if (this.finished) return;
      this.finished = true;
      clearTimeout(timer);
      done(problem, problem === null ? { memory: this.memory, start: SLACK_BYTES, end: this.end } : null);
    };
    // a client that goes away in the middle says nothing more: then this is only what cleans up
    const timer = setTimeout(() => finish(this.request.destroyed ? 'aborted' : 'too_slow'), this.limits.bodyTimeoutMs);
    this.request.on('data', (chunk: Buffer) => {
      if (!this.finished && !this.append(chunk)) finish('too_large');
    });
    this.request.on('end', () => finish(null));
  }

  private append(chunk: Buffer): boolean {
    const needed = this.end + chunk.length;
    if (needed - SLACK_BYTES > this.limits.maxBodyBytes) return false;
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
