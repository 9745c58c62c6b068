import { PROBLEMS, type FieldProblem, type ProblemCode } from '@tollgate/wire';

/** A refusal that the caller is told in full. `detail` and `errors` are public: nothing secret belongs in them. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly code: ProblemCode,
    detail: string = PROBLEMS[code].title,
    readonly errors: readonly FieldProblem[] = [],
  ) {
    super(detail);
  }
}

/** Too much was tried. */
export class TooManyAttempts extends ProblemError {
  constructor(readonly waitSeconds: number) {
    super('too-many-attempts', `Too many attempts. Try again in ${waitSeconds} seconds.`);
  }
}

/** The same answer for what does not exist and for what the caller may not know of. */
function notFound(): ProblemError {
  return new ProblemError('not-found');
}

/** The resource, or the 404 that hides whether it exists. */
export function orNotFound<T>(found: T | null | undefined): T {
  if (found === null || found === undefined) throw notFound();
  return found;
}

/** One fault of the body. `field` is a JSON Pointer below `/body`. */
export function invalidField(pointer: string, message: string, code = 'invalid'): ProblemError {
  return invalidRequest([{ pointer, code, message }]);
}

/** A request with these faults, all of them. */
export function invalidRequest(faults: readonly FieldProblem[]): ProblemError {
  const count = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
  return new ProblemError('invalid-request', `The request has ${count}.`, faults);
}

/** The same fault of several fields of the body. */
export function invalidFields(fields: readonly string[], fault: Omit<FieldProblem, 'pointer'>): ProblemError {
  return invalidRequest(fields.map((field) => ({ pointer: `/body/${field}`, ...fault })));
}

export function conflict(detail: string, errors: readonly FieldProblem[] = []): ProblemError {
  return new ProblemError('conflict', detail, errors);
}
