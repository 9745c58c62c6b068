import { Agent, request } from 'undici';
import { publicLookup, requirePublicForm, type Resolve } from '@tollgate/public-address';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Calls an issuer. What a tenant has named may be https and public only, in every URL that its configuration leads to,
 * at the moment of connecting; redirects are not followed.
 */
export function issuerFetch(anywhere: boolean, resolve: Resolve): (url: string, sent: Sent) => Promise<Response> {
  const agent = new Agent({
    connect: { timeout: TIMEOUT_MS, ...(anywhere ? {} : { lookup: publicLookup(resolve) }) },
    keepAliveTimeout: 1_000,
    connections: 2,
  });
  return async (url, { method, headers, body }) => {
    if (!anywhere) requirePublicForm(url);
    const answer = await request(url, {
      dispatcher: agent,
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      body: body === undefined || body === null ? null : bodyText(body),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const bytes = await readBounded(answer.body);
    return new Response(bytes, { status: answer.statusCode, headers: flat(answer.headers) });
  };
}

function bodyText(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('an issuer is sent forms only');
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new RangeError('the answer is larger than anything that an issuer has to say');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const result = new Headers();
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values ?? []].flat()) result.append(name, value);
  }
  return result;
}
