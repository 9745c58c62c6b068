import { ERRORS } from '@tollgate/domain';

import type { WritableError } from '../../dialect.js';
import type { JsonRecord } from '../../json.js';

/** An error in the shape that OpenAI's SDKs understand, as a body or as a frame of a stream. */
export function writeErrorBody({ code, message, param }: Omit<WritableError, 'requestId'>): JsonRecord {
  return { error: { message, type: ERRORS[code].openaiType, param, code } };
}
