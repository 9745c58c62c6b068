import { AddressRefusedError, publicLookup, requirePublicForm, resolveBySystem } from '@tollgate/public-address';
import type { Resolve } from '@tollgate/public-address';
import { Agent, request } from 'undici';

import { retryAfterOf } from './retry-schedule.js';

/** The whole attempt: connecting, sending, and the head of the answer. */
const TIMEOUT_MS = 10_000;
/** Of an answer nothing is needed; so much is read, to tell whoever looks why it was refused. */
const MAX_ANSWER_BYTES = 2_048;

export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the operator has named the URL: it may then be private, and plain http. */
  readonly anywhere: boolean;
}

/** How one attempt ended. */
export interface Posted {
  readonly delivered: boolean;
  /** Null where there was no answer. */
  readonly status: number | null;
  /** For people; null where it was delivered. Holds nothing of the request. */
  readonly error: string | null;
  readonly retryAfterMs: number | null;
}

interface Means {
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
}

/**
 * Posts JSON to a receiver that may be hostile: within ten seconds, without following redirects, and without reading more
 * than 2 KB of what it answers. Tenants' receivers are called at public addresses only, judged while connecting. Never
 * throws.
 */
export async function postJson(
  posting: Posting,
  { resolve = resolveBySystem, timeoutMs = TIMEOUT_MS }: Means = {},
): Promise<Posted> {
  const dispatcher = new Agent({
    connect: { timeout: timeoutMs, ...(posting.anywhere ? {} : { lookup: publicLookup(resolve) }) },
    maxHeaderSize: 16_384,
  });
  try {
    if (!posting.anywhere) requirePublicForm(posting.url);
    const answer = await request(posting.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'tollgate', ...posting.headers },
      body: posting.body,
      dispatcher,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { statusCode: status, headers } = answer;
    if (status >= 200 && status < 300) return { delivered: true, status, error: null, retryAfterMs: null };
    const retryAfter = [headers['retry-after']].flat()[0];
    const said = await beginningOf(answer.body);
    return {
      delivered: false,
      status,
      error: refusalOf(status, said),
      retryAfterMs: retryAfterOf(retryAfter, Date.now()),
    };
  } catch (error) {
    return { delivered: false, status: null, error: failureOf(error), retryAfterMs: null };
  } finally {
    // whatever it still sends is not listened to
    await dispatcher.destroy().catch(() => undefined);
  }
}

function refusalOf(status: number, said: string): string {
  if (status >= 300 && status < 400) return `HTTP ${status}: redirects are not followed`;
  return said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
}

async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // its status has been said
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
  return text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 200);
}

function failureOf(error: unknown): string {
  let cause: unknown = error;
  while (typeof cause === 'object' && cause !== null) {
    if (cause instanceof AddressRefusedError) return `the URL ${cause.message}`;
    // what a signal aborts with is no `Error` of this world everywhere
    if ('name' in cause && cause.name === 'TimeoutError') return 'no answer in time';
    if ('code' in cause && typeof cause.code === 'string') return `no answer: ${cause.code}`;
    cause = 'cause' in cause ? cause.cause : null;
  }
  return 'no answer';
}
