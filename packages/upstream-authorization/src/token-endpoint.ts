import { AuthorizationError } from './upstream-authorizer.js';

/** A token that proves who asks, for some time. */
export interface MintedToken {
  readonly token: string;
  readonly lifetimeMs: number;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;
/** The least and the most that is believed of a token's lifetime. */
const [LEAST_LIFETIME_S, MOST_LIFETIME_S] = [1, 86_400];
/** What OAuth calls faults of the endpoint; source: RFC 6749, sections 4.1.2.1 and 5.2. */
const PASSING = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);
/** Google says so when the clock of this machine is off: the credential is good. */
const CLOCK_MESSAGE = /iat and exp|short-lived token/i;

export interface TokenEndpoint {
  readonly url: string;
  readonly timeoutMs?: number;
}

/**
 * Asks a token endpoint for an access token (RFC 6749). Redirects are not followed: what is sent is a secret.
 * @throws AuthorizationError
 */
export async function mintToken(
  { url, timeoutMs = TIMEOUT_MS }: TokenEndpoint,
  form: Readonly<Record<string, string>>,
): Promise<MintedToken> {
  const { status, text } = await post(url, form, timeoutMs);
  const answer = parsed(text);
  if (status !== 200) throw refusal(status, answer);
  const { access_token: token, token_type: type, expires_in: seconds } = answer;
  const lifetime = Number(seconds ?? NaN);
  const isBearer = typeof type !== 'string' || type.toLowerCase() === 'bearer';
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || !isBearer || !(lifetime >= LEAST_LIFETIME_S)) {
    throw new AuthorizationError('unreachable', 'The token endpoint answered something that is no token.');
  }
  return { token, lifetimeMs: Math.min(lifetime, MOST_LIFETIME_S) * 1000 };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function post(url: string, form: Readonly<Record<string, string>>, timeoutMs: number): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      redirect: 'manual',
      signal,
    });
    return { status: response.status, text: await boundedText(response) };
  } catch (error) {
    if (error instanceof AuthorizationError) throw error;
    // the error's own message may hold the address, and whatever the address holds
    throw new AuthorizationError(
      'unreachable',
      signal.aborted ? 'The token endpoint did not answer in time.' : 'The token endpoint could not be reached.',
    );
  }
}

async function boundedText({ body }: Response): Promise<string> {
  if (body === null) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new AuthorizationError('unreachable', 'The token endpoint answered too much.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Only what the endpoint says in OAuth's own words is said of the credential; descriptions may repeat what was sent. */
function refusal(
  status: number,
  { error, error_description: description }: Readonly<Record<string, unknown>>,
): AuthorizationError {
  const code = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : null;
  if (code === null || PASSING.has(code) || status < 400 || status >= 500 || status === 408 || status === 429) {
    return new AuthorizationError('unreachable', `The token endpoint failed with HTTP ${status}.`);
  }
  if (typeof description === 'string' && CLOCK_MESSAGE.test(description)) {
    return new AuthorizationError('unreachable', "The token endpoint takes this machine's clock for wrong.");
  }
  return new AuthorizationError('refused', `The token endpoint refused the credential (${code}).`);
}
