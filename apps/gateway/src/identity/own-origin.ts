import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../admin/http/problem-error.js';

const READING_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

interface Rules {
  /** Where the console is, when the operator says so. */
  readonly publicUrl: string | null;
  /** Whether a browser may have added a session by itself: the request must then prove where it comes from. */
  readonly carriesSession: boolean;
}

/**
 * Refuses what a page of somebody else makes a browser send. Without a public URL our own origin is the host that the
 * browser believes to talk to: cookies are bound to that host, so a name that resolves here under false pretences has
 * none of them.
 * @throws ProblemError `foreign-origin`.
 */
export function requireOwnOrigin(request: FastifyRequest, { publicUrl, carriesSession }: Rules): void {
  if (READING_METHODS.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign();
  const { origin } = request.headers;
  if (origin === undefined) {
    if (carriesSession) throw foreign('Requests with a session that change something must carry their Origin.');
    return;
  }
  const own = publicUrl === null ? URL.parse(origin)?.host === request.host : origin === new URL(publicUrl).origin;
  if (!own) throw foreign();
}

const foreign = (detail?: string): ProblemError => new ProblemError('foreign-origin', detail);
