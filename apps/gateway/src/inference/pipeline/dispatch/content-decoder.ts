import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress, constants } from 'node:zlib';
import type { Transform } from 'node:stream';

/** What was received is given on as it is by and by; the end of it may be cut off, which whoever reads it will notice. */
const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }),
  'x-gzip': () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }),
  deflate: () => createInflate({ finishFlush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush }),
};

export interface DecodedContent {
  onData(chunk: Buffer): void;
  onEnd(): void;
  /** The content is not encoded as it says. */
  onBroken(): void;
}

/**
 * Upstreams are asked not to compress their answers, because decoding costs and whole frames could not be passed on as they
 * are. Some do it all the same, and some behind proxies do it without saying so.
 */
export class ContentDecoder {
  private constructor(private readonly transform: Transform) {}

  /** `null`: nothing has to be decoded. `undefined`: it is encoded in a way that nobody asked for or knows. */
  static of(encoding: string, content: DecodedContent): ContentDecoder | null | undefined {
    if (encoding === '' || encoding === 'identity') return null;
    const transform = DECODERS[encoding]?.();
    if (transform === undefined) return undefined;
    transform.on('data', (chunk: Buffer) => content.onData(chunk));
    transform.on('end', () => content.onEnd());
    transform.on('error', () => content.onBroken());
    return new ContentDecoder(transform);
  }

  /** Whether more may be written at once; otherwise `onDrained` is called when it may. */
  write(chunk: Buffer, onDrained: () => void): boolean {
    const taken = this.transform.write(chunk);
    if (!taken) this.transform.once('drain', onDrained);
    return taken;
  }

  end(): void {
    this.transform.end();
  }

  /** Gives nothing on until it is resumed: what is a few bytes encoded can be megabytes. */
  pause(): void {
    this.transform.pause();
  }

  resume(): void {
    this.transform.resume();
  }

  stop(): void {
    this.transform.destroy();
  }
}

/** The encoding of an answer, by its header or, where that says nothing, by how it begins. */
export function encodingOf(header: string, firstChunk: Buffer): string {
  const named = header.trim().toLowerCase();
  if (named !== '' && named !== 'identity') return named;
  return firstChunk[0] === 0x1f && firstChunk[1] === 0x8b ? 'gzip' : 'identity';
}
