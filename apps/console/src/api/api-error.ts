import type { FieldProblem, Problem } from '@tollgate/wire';

interface ApiErrorDetails {
  readonly requestId?: string | null;
  readonly faults?: readonly FieldProblem[];
  readonly code?: string | null;
}

/** What the management API, or the way to it, answered instead of what was asked for. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly requestId: string | null;
  readonly faults: readonly FieldProblem[];
  /** The reason for programs, where signing in has one: `INVALID_CODE`. */
  readonly code: string | null;

  /** @param status of HTTP; 0 when no answer came */
  constructor(
    readonly status: number,
    message: string,
    { requestId = null, faults = [], code = null }: ApiErrorDetails = {},
  ) {
    super(message);
    this.requestId = requestId;
    this.faults = faults;
    this.code = code;
  }

  /** Every fault by the field of the body it is about: `rateLimit.requestsPerMinute`. */
  get byField(): ReadonlyMap<string, string> {
    return new Map(
      this.faults
        .filter(({ pointer }) => pointer.startsWith('/body/'))
        .map(({ pointer, message }) => [pointer.slice('/body/'.length).replaceAll('/', '.'), message]),
    );
  }
}

/** Reads whatever came with a status of failure. Proxies between browser and gateway answer no problem documents. */
export async function readApiError(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('x-request-id');
  const problem = await readProblem(response);
  if (problem === null) return new ApiError(response.status, response.statusText, { requestId });
  return new ApiError(response.status, problem.detail, {
    requestId: problem.requestId ?? requestId,
    faults: problem.errors ?? [],
    code: problem.code ?? null,
  });
}

interface ReadProblem extends Partial<Problem> {
  readonly detail: string;
  readonly code?: string;
}

async function readProblem(response: Response): Promise<ReadProblem | null> {
  try {
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) return null;
    const problem: Partial<Problem> & { message?: unknown; code?: unknown } = body;
    const detail = problem.detail ?? problem.title ?? problem.message;
    if (typeof detail !== 'string') return null;
    const { code, ...rest } = problem;
    return { ...rest, detail, ...(typeof code === 'string' ? { code } : {}) };
  } catch {
    return null;
  }
}
