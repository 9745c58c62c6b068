import { z } from 'zod';
import type { Permission } from './permissions.js';

export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One operation of the management API: the only description of it. Validation, routes and OpenAPI are read from it. */
export interface Operation<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType | null = z.ZodType | null,
  R extends z.ZodType | null = z.ZodType | null,
> {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly method: Method;
  /** Below `/api/v1`, with `{name}` for parameters. */
  readonly path: string;
  /** Null: whoever is authenticated. */
  readonly permission: Permission | null;
  /** What lets a caller through who lacks `permission`, confined to what they own; null: nothing does. */
  readonly ownPermission: Permission | null;
  /** Whether it needs no authentication at all: its body proves enough. */
  readonly open: boolean;
  /** Whether only the operator may call it. */
  readonly operatorOnly: boolean;
  /** Whether only a console session may call it: it is about a person, or a person has to answer for it; a management token is none. */
  readonly personal: boolean;
  /** Whether `If-Match` has to name the version that is changed. */
  readonly conditional: boolean;
  /** Whether an `Idempotency-Key` is required: money moves, and must not move twice. */
  readonly idempotent: boolean;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly status: 200 | 201 | 202 | 204;
  readonly response: R;
  /** Media types of an answer that is streamed as a file, with what a line of it holds; `null` for other answers. */
  readonly files: Readonly<Record<string, z.ZodType>> | null;
  /** Whether the answer carries the resource's version as its ETag. */
  readonly versioned: boolean;
}

const nothing = z.strictObject({});
type Nothing = typeof nothing;

interface OperationDraft<P, Q, B, R> {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly method: Method;
  readonly path: string;
  readonly permission: Permission | null;
  readonly ownPermission?: Permission;
  readonly open?: boolean;
  readonly operatorOnly?: boolean;
  readonly personal?: boolean;
  readonly conditional?: boolean;
  readonly idempotent?: boolean;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly status?: 200 | 201 | 202 | 204;
  readonly response: R;
  readonly files?: Readonly<Record<string, z.ZodType>>;
  readonly versioned?: boolean;
}

export function defineOperation<
  R extends z.ZodType | null,
  P extends z.ZodType = Nothing,
  Q extends z.ZodType = Nothing,
  B extends z.ZodType | null = null,
>(draft: OperationDraft<P, Q, B, R>): Operation<P, Q, B, R> {
  return {
    ownPermission: null,
    open: false,
    operatorOnly: false,
    personal: false,
    conditional: false,
    idempotent: false,
    versioned: false,
    files: null,
    status: draft.response === null ? 204 : 200,
    ...draft,
    // an omitted schema is the default of its type parameter
    params: draft.params ?? (nothing as unknown as P),
    query: draft.query ?? (nothing as unknown as Q),
    body: draft.body ?? (null as B),
  };
}

/** Whether no field of such a body has to be given: then the body may be left out too. */
export const takesEmptyBody = (body: z.ZodType): boolean => body.safeParse({}).success;

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A request of this operation after validation. */
export interface OperationInput<O extends Operation> {
  readonly params: Parsed<O['params']>;
  readonly query: Parsed<O['query']>;
  readonly body: Parsed<O['body']>;
  /** The version that the caller has read, of conditional operations; 0 otherwise. */
  readonly ifMatch: number;
  /** Of idempotent operations, what the caller named this act; empty otherwise. */
  readonly idempotencyKey: string;
}

/** The body of the operation's answer. */
export type OperationAnswer<O extends Operation> = O['response'] extends z.ZodType
  ? z.output<O['response']>
  : undefined;

type Sent<S> = S extends z.ZodType ? z.input<S> : undefined;

/** A part that may be left out when nothing in it has to be given. */
type Part<Name extends string, S> = S extends undefined
  ? unknown
  : Record<string, never> extends S
    ? { readonly [N in Name]?: S }
    : { readonly [N in Name]: S };

/** A request of this operation as a client sends it, before validation. */
export type OperationRequest<O extends Operation> = Part<'params', Sent<O['params']>> &
  Part<'query', Sent<O['query']>> &
  Part<'body', Sent<O['body']>>;
