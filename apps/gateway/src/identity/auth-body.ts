import type { FieldProblem } from '@tollgate/wire';
import { invalidRequest, ProblemError } from '../admin/http/problem-error.js';
import type { AuthRoute } from './auth-route-table.js';

/** 1,023 bytes (Web Authentication Level 3, section 7.1), in base64url. */
const MAX_CREDENTIAL_ID_LENGTH = 1_364;

/**
 * The body that the library is given: the route's fields and nothing else.
 * @throws ProblemError that names every field which the route does not take, or not like that.
 */
export function authBodyOf(body: unknown, { fields, always = {} }: AuthRoute): Record<string, unknown> {
  const sent = readObject(body);
  const faults = Object.entries(sent).flatMap(([name, value]) => faultOf(fields, name, value));
  if (faults.length > 0) throw new ProblemError('invalid-request', 'The body has fields that are not taken.', faults);
  return { ...sent, ...always };
}

function readObject(body: unknown): Record<string, unknown> {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    throw new ProblemError('invalid-json');
  }
  if (isObject(parsed)) return parsed;
  const fault = { pointer: '/body', code: 'invalid_type', message: 'must be an object' };
  throw invalidRequest([fault]);
}

function faultOf(fields: AuthRoute['fields'], name: string, value: unknown): FieldProblem[] {
  const pointer = `/body/${name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) return [{ pointer, code: 'unknown_field', message: 'is not a field of this request' }];
  if (field !== 'credential') return faultOfText(value, pointer, field);
  if (!isObject(value)) return [{ pointer, code: 'invalid_type', message: 'must be an object' }];
  // what the library looks for in the database, without a look at it: an object there would be a condition
  return faultOfText(value['id'], `${pointer}/id`, MAX_CREDENTIAL_ID_LENGTH);
}

function faultOfText(value: unknown, pointer: string, maxLength: number): FieldProblem[] {
  if (typeof value !== 'string') return [{ pointer, code: 'invalid_type', message: 'must be a text' }];
  // Postgres can hold neither U+0000 nor lone surrogates
  if (value.includes('\0') || !value.isWellFormed()) {
    return [{ pointer, code: 'invalid', message: 'must be well-formed text' }];
  }
  if (value.length <= maxLength) return [];
  return [{ pointer, code: 'too_long', message: `must have at most ${maxLength} characters` }];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
