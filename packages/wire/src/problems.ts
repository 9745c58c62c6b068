import { z } from 'zod';

/** Every problem the management API answers: a closed list, so that automation can switch on `type`. */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid.' },
  'invalid-json': { status: 400, title: 'The body is not valid JSON.' },
  'invalid-cursor': { status: 400, title: 'The cursor does not belong to this list.' },
  'invalid-url': { status: 400, title: 'The URL is not valid.' },
  unauthenticated: { status: 401, title: 'A valid management token or console session is required.' },
  forbidden: { status: 403, title: 'The caller may not do this.' },
  'foreign-origin': { status: 403, title: 'The request does not come from a page of this console.' },
  'not-found': { status: 404, title: 'There is no such resource.' },
  'method-not-allowed': { status: 405, title: 'The resource does not take this method.' },
  'too-slow': { status: 408, title: 'The body did not arrive in time.' },
  conflict: { status: 409, title: 'The change conflicts with what is there.' },
  gone: { status: 410, title: 'The link does not work, or no longer.' },
  'version-mismatch': { status: 412, title: 'The resource has been changed since it was read.' },
  'too-large': { status: 413, title: 'The body is too large.' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json.' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was sent before with another body.' },
  'version-required': { status: 428, title: 'The update must name the version that it changes.' },
  'too-many-attempts': { status: 429, title: 'Too many attempts from here, or for this address.' },
  busy: { status: 503, title: 'Too much of this is under way at the moment.' },
  unavailable: { status: 503, title: 'The database cannot be reached at the moment.' },
  'no-inference': { status: 503, title: 'This process serves no inference: it routes nothing.' },
  internal: { status: 500, title: 'The gateway failed.' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** The `type` of a problem document. */
export const problemType = (code: ProblemCode): string => `urn:tollgate:problem:${code}`;

const fieldProblem = z
  .strictObject({
    pointer: z.string().meta({
      description: 'JSON Pointer into the request `{ path, query, header, body }`.',
      example: '/body/rateLimit/requestsPerMinute',
    }),
    code: z.string().meta({ description: 'Machine-readable reason.', example: 'too_small' }),
    message: z.string(),
  })
  .meta({ id: 'FieldProblem' });

export const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(fieldProblem).meta({ description: 'Every fault of the request, not only the first.' }),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document.' });

export type FieldProblem = z.infer<typeof fieldProblem>;
export type Problem = z.infer<typeof problem>;
