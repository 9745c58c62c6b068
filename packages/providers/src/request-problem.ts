import type { ErrorCode } from '@tollgate/domain';

/** Why a client's request is refused before anything is sent, in words for the client. */
export interface RequestProblem {
  readonly code: ErrorCode;
  readonly message: string;
  /** The field at fault, as the client named it, or `null` when it is the body as a whole. */
  readonly param: string | null;
}

export function invalidRequest(message: string, param: string | null): RequestProblem {
  return { code: 'caller_invalid_request', message, param };
}

export function isRequestProblem(result: object): result is RequestProblem {
  return 'code' in result && 'param' in result;
}
