import type { OPERATIONS, OperationAnswer, OperationId, OperationRequest } from '@tollgate/wire';
import { OPERATION_TABLE, ORGANIZATION_HEADER } from 'virtual:operation-table';
import { ApiError, readApiError } from './api-error.js';

const API = '/api/v1';

type OperationOf<Id extends OperationId> = (typeof OPERATIONS)[Id];

/** What is sent with an operation; only what it takes may be given. */
export type RequestOf<Id extends OperationId> = OperationRequest<OperationOf<Id>>;
export type AnswerOf<Id extends OperationId> = OperationAnswer<OperationOf<Id>>;

export interface CallOptions {
  /** Which of the user's organizations this is about; null: the first. Absent: the one that the address names. */
  readonly organization?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The version that a change replaces. */
  readonly ifMatch?: number | undefined;
  /** Where money moves: the same key sent twice books once. */
  readonly idempotencyKey?: string | undefined;
}

/** Calls one operation of the management API. @throws ApiError when it is refused or cannot be reached. */
export async function callOperation<Id extends OperationId>(
  id: Id,
  request: RequestOf<Id>,
  options: CallOptions = {},
): Promise<AnswerOf<Id>> {
  const response = await send(id, request, options);
  const text = await response.text();
  // the API validates its answers against the same schema that the type is taken from; some operations answer nothing
  return (text === '' ? undefined : JSON.parse(text)) as AnswerOf<Id>;
}

/** The address of an operation that is read as a file, such as an export. */
export function operationUrl<Id extends OperationId>(id: Id, request: RequestOf<Id>): string {
  const { params = {}, query = {} } = parts(request);
  const path = OPERATION_TABLE[id].path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ).toString();
  return `${API}${path}${search === '' ? '' : `?${search}`}`;
}

async function send<Id extends OperationId>(
  id: Id,
  request: RequestOf<Id>,
  { organization = addressedOrganization(), signal, ifMatch, idempotencyKey }: CallOptions,
): Promise<Response> {
  const { body } = parts(request);
  const response = await fetch(operationUrl(id, request), {
    method: OPERATION_TABLE[id].method,
    credentials: 'same-origin',
    signal: signal ?? null,
    headers: {
      accept: 'application/json',
      ...(organization === null ? {} : { [ORGANIZATION_HEADER]: organization }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiError(0, 'The gateway could not be reached.');
  });
  if (!response.ok) throw await readApiError(response);
  return response;
}

/** What is done on a page is done to the organization that its address names. */
const addressedOrganization = (): string | null => new URLSearchParams(window.location.search).get('organization');

interface RequestParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

const parts = (request: RequestParts): RequestParts => request;
