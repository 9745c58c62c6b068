import { type ErrorCode, ERRORS } from '@tollgate/domain';

import type { JsonRecord } from '../../json.js';

interface WritableError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly param: string | null;
}

/** An error in the shape that OpenAI's SDKs understand, as a body or as a frame of a stream. */
export function writeErrorBody({ code, message, param }: WritableError): JsonRecord {
  return { error: { message, type: ERRORS[code].openaiType, param, code } };
}
