import {
  connectionTestUrl,
  isCredentialProblem,
  type ProviderDeclaration,
  providerErrorReader,
  providerHeaders,
  type UpstreamHeaders,
} from '@tollgate/providers';
import { type Dispatcher, request } from 'undici';

import { AuthorizationError } from './upstream-authorizer.js';
import type { CredentialOwner, UpstreamAuthorizers } from './upstream-authorizers.js';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** What was found out about a credential and an address. */
export interface ConnectionFinding {
  readonly ok: boolean;
  readonly reason:
    'reached' | 'address-refused' | 'unreachable' | 'timed-out' | 'secret-rejected' | 'unexpected-answer';
  /** A sentence in which nothing of the secret stands, and nothing of addresses. */
  readonly message: string;
  /** HTTP status of the provider, if it answered. */
  readonly status: number | null;
  /** The provider's names of what it serves with the credential; `null` where it does not say. */
  readonly models: readonly string[] | null;
}

export interface ConnectionQuestion {
  readonly provider: ProviderDeclaration;
  /** `null`: the provider's own default. */
  readonly baseUrl: string | null;
  readonly secret: string | null;
  readonly owner: CredentialOwner;
  /** Sends the request, and judges where it may go. */
  readonly dispatcher: Dispatcher;
  /** Whether that is how the dispatcher refuses an address. */
  isRefusedAddress?(error: unknown): boolean;
  /** For all of it, minting a token included. */
  readonly timeoutMs?: number;
}

/**
 * Asks the provider for its models, or for nothing, as the gateway would: signed, or with a minted token, where that is how
 * the provider is asked. Costs nothing, and tells whether address and secret work. Never rejects.
 */
export async function testConnection(
  authorizers: UpstreamAuthorizers,
  question: ConnectionQuestion,
): Promise<ConnectionFinding> {
  const { provider, secret, owner, timeoutMs = TIMEOUT_MS } = question;
  if (provider.simulated) return reached({ message: 'The provider is simulated inside the gateway.' });
  const baseUrl = question.baseUrl ?? provider.defaultBaseUrl;
  if (baseUrl === null) return failed('unreachable', 'The credential has no base URL.');
  if (!URL.canParse(baseUrl)) return failed('unreachable', 'The base URL is no address.');
  const url = new URL(connectionTestUrl(provider, baseUrl));
  const authorizer = secret === null ? null : authorizers.forProvider(provider, secret, owner);
  if (authorizer !== null && isCredentialProblem(authorizer)) return failed('secret-rejected', authorizer.problem);
  const asked = askedOf(provider, url);
  const headers = [
    ...asked.headers,
    ...Object.entries(authorizer === null ? providerHeaders(provider, secret) : provider.headers).flat(),
  ];
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const proven = await unlessAborted(signal, authorizer?.headersFor({ ...asked, headers }) ?? headers);
    return await ask(question, { url, headers: proven, body: asked.body, signal });
  } catch (error) {
    return explain(error, { timeoutMs, timedOut: signal.aborted, refused: question.isRefusedAddress?.(error) });
  }
}

function askedOf({ connectionTest }: ProviderDeclaration, { origin, pathname, search }: URL) {
  const { method, body } = connectionTest;
  return {
    method,
    origin,
    path: pathname + search,
    body: body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)),
    headers: ['accept', 'application/json', ...(body === undefined ? [] : ['content-type', 'application/json'])],
  };
}

/** A token that is being minted goes on being minted; nobody waits for it any longer. */
function unlessAborted<T>(signal: AbortSignal, wanted: T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    Promise.resolve(wanted).then(resolve, reject);
  });
}

interface Sent {
  readonly url: URL;
  readonly headers: readonly string[];
  readonly body: Buffer;
  readonly signal: AbortSignal;
}

async function ask({ provider, dispatcher }: ConnectionQuestion, sent: Sent): Promise<ConnectionFinding> {
  const { connectionTest } = provider;
  const { method, refusals } = connectionTest;
  // redirects are not followed: they could lead where nobody looked whether the address may be called
  const {
    statusCode: status,
    headers,
    body,
  } = await request(sent.url, {
    method,
    body: sent.body.length === 0 ? null : sent.body,
    dispatcher,
    headers: [...sent.headers],
    signal: sent.signal,
  });
  const answer = await bounded(body);
  if (status === 401 || status === 403 || isCredentialFault(provider, { status, headers, answer })) {
    return failed('secret-rejected', `The provider refused the secret (status ${status}).`, status);
  }
  if (refusals?.includes(status) === true) {
    return reached({ status, message: 'The provider knows the secret; it has no list of models.' });
  }
  const models = status === 200 && answer !== null ? connectionTest.readModels(answer) : null;
  if (models === null) {
    return failed('unexpected-answer', `The answer is no list of models (status ${status}).`, status);
  }
  return reached({ status, models, message: `The provider offers ${models.length} models.` });
}

interface Refusal {
  readonly status: number;
  readonly headers: UpstreamHeaders;
  readonly answer: Buffer | null;
}

/** Some say with another status that they do not know the key. */
function isCredentialFault(provider: ProviderDeclaration, { status, headers, answer }: Refusal): boolean {
  if (status < 400 || answer === null) return false;
  const readError = providerErrorReader(provider, provider.endpoints[0]?.dialect ?? 'openai-chat');
  return readError(status, headers, answer).credentialFault;
}

/** The body, or `null` when it is larger than any list of models. */
async function bounded(body: AsyncIterable<Buffer>): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function reached(found: Partial<ConnectionFinding> & Pick<ConnectionFinding, 'message'>): ConnectionFinding {
  return { ok: true, reason: 'reached', status: null, models: null, ...found };
}

function failed(reason: ConnectionFinding['reason'], message: string, status: number | null = null): ConnectionFinding {
  return { ok: false, reason, message, status, models: null };
}

interface Circumstances {
  readonly timeoutMs: number;
  readonly timedOut: boolean;
  readonly refused: boolean | undefined;
}

/** Says what kind of trouble it was and nothing of addresses: tenants must not map a network by it. */
function explain(error: unknown, { timeoutMs, timedOut, refused }: Circumstances): ConnectionFinding {
  if (refused === true) {
    return failed('address-refused', 'The base URL must be https and point to a public address.');
  }
  if (error instanceof AuthorizationError) {
    return failed(error.fault === 'refused' ? 'secret-rejected' : 'unreachable', error.message);
  }
  const name = error instanceof Error ? `${error.name} ${'code' in error ? String(error.code) : ''}` : '';
  if (timedOut || /timeout/i.test(name)) return failed('timed-out', `No answer within ${timeoutMs / 1000} seconds.`);
  return failed('unreachable', 'The provider could not be reached.');
}
