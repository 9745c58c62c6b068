import type { IncomingMessage } from 'node:http';

import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { ErrorCode } from '@tollgate/domain';
import type { FormFile, OperationForm, RequestProblem } from '@tollgate/providers';

import { UploadedFile } from './uploaded-file.js';

export interface MultipartLimits {
  /** Of all files together. */
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly maxFields: number;
  readonly maxFieldBytes: number;
  /** A file that is larger goes to the folder. */
  readonly memoryBytes: number;
  /** Where large files go; it has to be there. */
  readonly folder: string;
  /** How long the client may send nothing. */
  readonly idleMs: number;
}

/** A form that has arrived. Whoever gets it has to dispose of it, however the request ends. */
export interface ReceivedForm extends OperationForm {
  /** The bytes of the files, by the files' `index`. */
  readonly uploads: readonly UploadedFile[];
  dispose(): Promise<void>;
}

/**
 * Reads a `multipart/form-data` request as a stream: the file stands before the model in what OpenAI's SDKs send, so it
 * has to be kept before anything is known of the request, and never whole in memory. What was kept is gone when this
 * answers with a problem.
 */
export async function readMultipart(
  request: IncomingMessage,
  limits: MultipartLimits,
): Promise<ReceivedForm | RequestProblem> {
  const reading = new MultipartReading(request, limits);
  const problem = await reading.finished;
  const dispose = async (): Promise<void> => {
    await Promise.all(reading.uploads.map((upload) => upload.dispose()));
  };
  if (problem === null) {
    const { fields, files, uploads } = reading;
    return { fields, files, uploads, dispose };
  }
  await dispose();
  return problem;
}

/** Room for the names and headers of parts beside their contents. */
const ENVELOPE_BYTES = 64 * 1024;
const MAX_NAME_BYTES = 256;

class MultipartReading {
  readonly fields: (readonly [string, string])[] = [];
  readonly files: FormFile[] = [];
  readonly uploads: UploadedFile[] = [];
  /** What is wrong with the form, or `null`, once all that was begun has ended. */
  readonly finished: Promise<RequestProblem | null>;

  private readonly writing: Promise<void>[] = [];
  private readonly streams: BusboyFileStream[] = [];
  private fileBytes = 0;
  /** The first thing that went wrong; of a file it may be known only after the last byte has arrived. */
  private problem: RequestProblem | null = null;
  private settle: (problem: RequestProblem | null) => void = () => undefined;

  constructor(
    private readonly request: IncomingMessage,
    private readonly limits: MultipartLimits,
  ) {
    this.finished = this.read();
  }

  private async read(): Promise<RequestProblem | null> {
    const refused = this.refusal();
    const parser = refused === null ? this.parser() : null;
    if (parser === null) {
      this.request.resume();
      return refused ?? malformed('The multipart body has no usable boundary.');
    }
    const { request } = this;
    await new Promise<void>((resolve) => {
      this.settle = (problem) => {
        this.problem ??= problem;
        resolve();
      };
      this.listen(parser);
      request.pipe(parser);
    });
    request.unpipe(parser);
    if (this.problem !== null) {
      // the rest is read away, so that the answer can be sent
      request.resume();
      parser.on('error', () => undefined).destroy();
      for (const stream of this.streams) stream.destroy(new Error('the form was given up'));
    }
    await Promise.all(this.writing);
    return this.problem;
  }

  private refusal(): RequestProblem | null {
    const { headers } = this.request;
    const { maxFileBytes, maxFields, maxFieldBytes } = this.limits;
    if (!/^multipart\/form-data\b/i.test(headers['content-type'] ?? '')) {
      return problemOf('caller_unsupported_media_type', 'The body must be multipart/form-data.', null);
    }
    const most = maxFileBytes + maxFields * maxFieldBytes + ENVELOPE_BYTES;
    return Number(headers['content-length'] ?? 0) > most ? this.tooLarge() : null;
  }

  private parser(): BusboyInstance | null {
    const { maxFiles, maxFields, maxFieldBytes } = this.limits;
    try {
      return new Busboy({
        headers: { ...this.request.headers, 'content-type': this.request.headers['content-type'] ?? '' },
        limits: {
          fieldNameSize: MAX_NAME_BYTES,
          fieldSize: maxFieldBytes,
          fields: maxFields,
          files: maxFiles,
          parts: maxFields + maxFiles,
          headerPairs: 32,
          headerSize: 8192,
        },
      });
    } catch {
      return null;
    }
  }

  private listen(parser: BusboyInstance): void {
    const { request, limits } = this;
    const idle = setTimeout(() => {
      this.settle(problemOf('caller_body_too_slow', 'The body did not arrive in time.', null));
    }, limits.idleMs);
    const settle = this.settle;
    this.settle = (problem) => {
      clearTimeout(idle);
      settle(problem);
    };
    request.on('data', () => idle.refresh());
    const cut = (): void => this.settle(malformed('The body ended before it was complete.'));
    request.on('error', cut).on('close', () => {
      if (!request.complete) cut();
    });
    parser.on('field', (...[name, value, , truncated]) => this.field(name, value, truncated));
    parser.on('file', (...[name, stream, filename, , contentType]) => {
      this.streams.push(stream);
      this.writing.push(this.file(stream, { name, filename, contentType }));
    });
    for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
      parser.on(limit, () => this.settle(malformed('The form has too many parts.')));
    }
    parser.on('error', () => this.settle(malformed('The multipart body cannot be read: it is malformed or cut off.')));
    parser.on('finish', () => this.settle(null));
  }

  private field(name: string, value: string, truncated: boolean): void {
    if (truncated) {
      const param = name.slice(0, 60);
      this.settle(problemOf('caller_body_too_large', `The field '${param}' is too large.`, param));
    } else {
      this.fields.push([name, value]);
    }
  }

  private async file(
    stream: BusboyFileStream,
    { name, filename, contentType }: { readonly name: string; readonly filename: string; readonly contentType: string },
  ): Promise<void> {
    const upload = new UploadedFile(this.limits.folder, this.limits.memoryBytes);
    const index = this.uploads.push(upload) - 1;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        this.fileBytes += chunk.length;
        if (this.fileBytes > this.limits.maxFileBytes) {
          this.settle(this.tooLarge());
          return;
        }
        await upload.append(chunk);
      }
    } catch (error) {
      this.settle(
        isFileError(error)
          ? problemOf('gateway_internal', 'The file could not be kept.', null)
          : malformed('The body ended before it was complete.'),
      );
      return;
    }
    this.files.push({ field: name, filename, contentType, bytes: upload.bytes, index });
  }

  private tooLarge(): RequestProblem {
    const message = `The files of the form are larger than ${this.limits.maxFileBytes} bytes.`;
    return problemOf('caller_body_too_large', message, null);
  }
}

/** The disk is full, say: nothing that the client can help. */
function isFileError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

function malformed(message: string): RequestProblem {
  return problemOf('caller_invalid_request', message, null);
}

function problemOf(code: ErrorCode, message: string, param: string | null): RequestProblem {
  return { code, message, param };
}
