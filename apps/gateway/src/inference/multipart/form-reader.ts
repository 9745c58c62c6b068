import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { isRequestProblem, type RequestProblem } from '@tollgate/providers';

import type { Exchange } from '../pipeline/exchange.js';
import { readMultipart, type ReceivedForm } from './read-multipart.js';

const MAX_FILES = 17;
const MAX_FIELDS = 100;
const MAX_FIELD_BYTES = 256 * 1024;
/** Up to here a file is not worth one of the disk. */
const MEMORY_BYTES = 256 * 1024;
const IDLE_MS = 30_000;

/** Reads forms, and makes sure that what was kept of them goes when their request has ended. One instance per gateway. */
export class FormReader {
  private readonly folder: string;

  constructor(
    dataDirectory: string,
    private readonly maxFileBytes: number,
  ) {
    this.folder = join(dataDirectory, 'uploads');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
  }

  async read(exchange: Exchange): Promise<ReceivedForm | RequestProblem> {
    const form = await readMultipart(exchange.request, {
      maxFileBytes: this.maxFileBytes,
      maxFiles: MAX_FILES,
      maxFields: MAX_FIELDS,
      maxFieldBytes: MAX_FIELD_BYTES,
      memoryBytes: MEMORY_BYTES,
      folder: this.folder,
      idleMs: IDLE_MS,
    });
    if (!isRequestProblem(form)) exchange.form = form;
    return form;
  }
}
