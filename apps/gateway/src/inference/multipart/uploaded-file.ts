import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** A file that a client has sent: in memory while it is small, else in a file of the data folder. */
export class UploadedFile {
  bytes = 0;
  #chunks: Buffer[] = [];
  #handle: FileHandle | null = null;

  constructor(
    private readonly folder: string,
    private readonly memoryBytes: number,
  ) {}

  get inMemory(): boolean {
    return this.#handle === null;
  }

  async append(chunk: Buffer): Promise<void> {
    const at = this.bytes;
    this.bytes += chunk.length;
    if (this.#handle === null && this.bytes <= this.memoryBytes) {
      this.#chunks.push(chunk);
      return;
    }
    if (this.#handle === null) {
      this.#handle = await openNameless(this.folder);
      await writeAll(this.#handle, Buffer.concat(this.#chunks), 0);
      this.#chunks = [];
    }
    await writeAll(this.#handle, chunk, at);
  }

  /** The bytes from the first one on; may be asked for again, for another try or another reader. */
  read(): Readable {
    return this.#handle === null
      ? Readable.from(this.#chunks, { objectMode: false })
      : Readable.from(readAll(this.#handle, this.bytes), { objectMode: false });
  }

  /** Forgets the bytes. Nothing may be reading them any more. */
  async dispose(): Promise<void> {
    const handle = this.#handle;
    this.#chunks = [];
    this.#handle = null;
    await handle?.close();
  }
}

/** It loses its name as soon as it is open: the system forgets it when it is closed, even by a crash. */
async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `upload-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return handle;
}

async function writeAll(handle: FileHandle, bytes: Buffer, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}

const READ_BYTES = 64 * 1024;

async function* readAll(handle: FileHandle, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes;) {
    const memory = Buffer.allocUnsafe(Math.min(READ_BYTES, bytes - at));
    const { bytesRead } = await handle.read(memory, 0, memory.length, at);
    if (bytesRead === 0) throw new Error('an uploaded file is shorter than what was written to it');
    at += bytesRead;
    yield memory.subarray(0, bytesRead);
  }
}
