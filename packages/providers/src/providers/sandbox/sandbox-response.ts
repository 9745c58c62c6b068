/** What the HTTP server around the sandbox has to do. */
export type SandboxResponse = SandboxAnswer | SandboxStream | SandboxHang;

export interface SandboxAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  readonly delayMs: number;
  /** Only the first half of the body is sent; then the connection breaks. */
  readonly cut: boolean;
}

interface SandboxStream {
  readonly kind: 'stream';
  readonly status: 200;
  readonly headers: Readonly<Record<string, string>>;
  /** Lazily made: a reader that stops early costs nothing more. */
  readonly events: Iterable<SandboxEvent>;
  /** After the last event the connection breaks instead of ending. */
  readonly cut: boolean;
}

/** Nothing is ever answered. */
interface SandboxHang {
  readonly kind: 'hang';
}

export interface SandboxEvent {
  /** To wait before it is sent. */
  readonly delayMs: number;
  readonly text: string;
}

export const JSON_HEADERS = { 'content-type': 'application/json' };

export function answer(status: number, body: object): SandboxAnswer {
  return { kind: 'answer', status, headers: JSON_HEADERS, body: JSON.stringify(body), delayMs: 0, cut: false };
}

export function failure(
  status: number,
  { message, param, code }: { readonly message: string; readonly param: string | null; readonly code: string | null },
): SandboxAnswer {
  return answer(status, { error: { message, type: 'invalid_request_error', param, code } });
}
