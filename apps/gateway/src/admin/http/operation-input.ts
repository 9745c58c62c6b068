import {
  MAX_IDEMPOTENCY_KEY_LENGTH,
  takesEmptyBody,
  type FieldProblem,
  type Operation,
  type OperationInput,
} from '@tollgate/wire';
import { type Fault, faultMessage } from './fault-message.js';
import { invalidRequest, ProblemError } from './problem-error.js';

/** A request as it came, before validation. */
export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly contentType: string | undefined;
  readonly ifMatch: string | undefined;
  readonly idempotencyKey: string | undefined;
}

type Section = 'path' | 'query' | 'header' | 'body';

/** What validation tells of a fault, as far as it is needed here. */
interface Issue extends Fault {
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
}

/**
 * Validates a request against its operation.
 * @throws ProblemError that names every fault of path, query, headers and body at once.
 */
export function parseOperationInput<O extends Operation>(operation: O, raw: RawInput): OperationInput<O> {
  if (operation.body !== null) requireJson(raw);
  const faults: FieldProblem[] = [];
  const params = parse(operation.params, raw.params ?? {}, { section: 'path', faults });
  const query = parse(operation.query, raw.query ?? {}, { section: 'query', faults });
  const body =
    operation.body === null
      ? refuseBody(raw.body, faults)
      : parse(operation.body, raw.body ?? bodyWithoutFields(operation.body), { section: 'body', faults });
  const ifMatch = operation.conditional ? parseIfMatch(raw.ifMatch, faults) : 0;
  const idempotencyKey = operation.idempotent ? parseIdempotencyKey(raw.idempotencyKey, faults) : '';
  if (faults.length > 0) throw invalidRequest(faults);
  if (ifMatch === null) {
    throw new ProblemError('version-required', 'Send If-Match with the ETag of the version that you have read.');
  }
  return { params, query, body, ifMatch, idempotencyKey } as OperationInput<O>;
}

function requireJson(raw: RawInput): void {
  if (raw.body === undefined || raw.body === null) return;
  const mediaType = raw.contentType?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new ProblemError('unsupported-media-type');
}

/** Where no field of a body has to be given, it need not be there either. */
const bodyWithoutFields = (schema: NonNullable<Operation['body']>): object | undefined =>
  takesEmptyBody(schema) ? {} : undefined;

function refuseBody(body: unknown, faults: FieldProblem[]): undefined {
  const empty = body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0);
  if (!empty) faults.push({ pointer: '/body', code: 'unknown_field', message: 'this operation takes no body' });
  return undefined;
}

interface Findings {
  readonly section: Section;
  readonly faults: FieldProblem[];
}

function parse(schema: Operation['params'], value: unknown, { section, faults }: Findings): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) faults.push(...faultsOf(issue, value, section));
  return undefined;
}

function faultsOf(issue: Issue, value: unknown, section: Section): FieldProblem[] {
  const path = [section, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys ?? [];
    return keys.map((key) => ({
      pointer: pointerTo([...path, key]),
      code: 'unknown_field',
      message: 'there is no such field',
    }));
  }
  if (valueAt(value, issue.path) === undefined && issue.code !== 'custom') {
    return [{ pointer: pointerTo(path), code: 'required', message: 'is required' }];
  }
  return [{ pointer: pointerTo(path), code: issue.code ?? 'invalid', message: faultMessage(issue) }];
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The version in `If-Match: "3"`; `null` when the header is missing, 0 when it is no version of ours. */
function parseIfMatch(header: string | undefined, faults: FieldProblem[]): number | null {
  if (header === undefined || header.trim() === '') return null;
  const match = /^\s*"?(\d{1,9})"?\s*$/.exec(header);
  if (match?.[1] !== undefined) return Number(match[1]);
  faults.push({
    pointer: '/header/If-Match',
    code: 'invalid_format',
    message: 'must be the ETag of the version that you have read, such as "3"',
  });
  return 0;
}

/** Printable ASCII: what Node gives us of a header is not what was sent otherwise. */
const IDEMPOTENCY_KEY = new RegExp(`^[!-~](?:[ -~]{0,${MAX_IDEMPOTENCY_KEY_LENGTH - 2}}[!-~])?$`);

function parseIdempotencyKey(header: string | undefined, faults: FieldProblem[]): string {
  const key = header?.trim() ?? '';
  const pointer = '/header/Idempotency-Key';
  if (key === '') {
    faults.push({
      pointer,
      code: 'required',
      message: 'is required where money moves: a name for this act of your own',
    });
  } else if (!IDEMPOTENCY_KEY.test(key)) {
    const message = `must be at most ${MAX_IDEMPOTENCY_KEY_LENGTH} printable ASCII characters`;
    faults.push({ pointer, code: 'invalid_format', message });
  }
  return key;
}
