import type { Failure } from './conversation.js';

/** Reads an error in OpenAI's or Anthropic's shape; anything else is shown as it came. */
export function readFailure(status: number, raw: string): Failure {
  const body = parse(raw);
  return failureOf(status, isRecord(body) ? (body['error'] ?? body) : raw);
}

/** The same of an error that came inside a stream. */
export function failureOf(status: number, error: unknown): Failure {
  if (!isRecord(error)) return { status, message: String(error), code: null, param: null, raw: null };
  const { message, code, type, param } = error;
  return {
    status,
    message: typeof message === 'string' ? message : JSON.stringify(error),
    code: typeof code === 'string' ? code : typeof type === 'string' ? type : null,
    param: typeof param === 'string' ? param : null,
    raw: JSON.stringify(error, null, 2),
  };
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
