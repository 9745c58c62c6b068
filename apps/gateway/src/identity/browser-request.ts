import type { FastifyReply, FastifyRequest } from 'fastify';
import { COOKIE_PREFIX } from './auth-names.js';
import type { BrowserRequest } from './console-sign-in.js';

const SESSION_COOKIE = new RegExp(`(?:^|;\\s*)(?:__Secure-)?${COOKIE_PREFIX}\\.session_token=`);

export function browserRequestOf({ headers, ip }: FastifyRequest): BrowserRequest {
  return { cookie: headers.cookie, userAgent: headers['user-agent'], remoteAddress: ip };
}

/** Whether a session cookie was sent, valid or not. Over https its name has a prefix. */
export function carriesSession({ headers }: FastifyRequest): boolean {
  return SESSION_COOKIE.test(headers.cookie ?? '');
}

export function setCookies(reply: FastifyReply, cookies: readonly string[]): void {
  // one header each: Fastify keeps a list as it is
  if (cookies.length > 0) void reply.header('set-cookie', [...cookies]);
}
