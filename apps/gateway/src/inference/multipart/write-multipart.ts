import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import type { FormPart } from '@tollgate/providers';

import type { UploadedFile } from './uploaded-file.js';

/** A `multipart/form-data` body for an upstream, of known length; each try reads it anew. */
export interface MultipartBody {
  readonly contentType: string;
  readonly contentLength: number;
  read(): Readable;
}

/** Writes a form; its files are read from where they are kept while it is sent. */
export function writeMultipart(parts: readonly FormPart[], uploads: readonly UploadedFile[]): MultipartBody {
  // 24 random bytes stand in no file by chance, and nobody who made the file knew them
  const boundary = `tollgate-${randomBytes(24).toString('hex')}`;
  const pieces: (Buffer | UploadedFile)[] = [];
  for (const part of parts) {
    pieces.push(Buffer.from(`--${boundary}\r\n${headOf(part)}\r\n\r\n`));
    pieces.push(part.kind === 'field' ? Buffer.from(part.value) : uploadOf(part.file.index, uploads));
    pieces.push(Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength: pieces.reduce((sum, piece) => sum + (Buffer.isBuffer(piece) ? piece.length : piece.bytes), 0),
    read: () => Readable.from(bytesOf(pieces), { objectMode: false }),
  };
}

async function* bytesOf(pieces: readonly (Buffer | UploadedFile)[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    if (!Buffer.isBuffer(piece)) yield* piece.read() as AsyncIterable<Buffer>;
    else if (piece.length > 0) yield piece;
  }
}

function headOf(part: FormPart): string {
  const name = `Content-Disposition: form-data; name="${escaped(part.name)}"`;
  if (part.kind === 'field') return name;
  const { filename, contentType } = part.file;
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : 'application/octet-stream';
  return `${name}; filename="${escaped(filename === '' ? 'file' : filename)}"\r\nContent-Type: ${type}`;
}

/** As browsers write names (html.spec.whatwg.org, "multipart form data"): a quote or line break must not end one. */
function escaped(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function uploadOf(index: number, uploads: readonly UploadedFile[]): UploadedFile {
  const upload = uploads[index];
  if (upload === undefined) throw new RangeError('a form that names a file which is not there');
  return upload;
}
