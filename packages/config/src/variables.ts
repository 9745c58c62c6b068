import { isIP } from 'node:net';
import path from 'node:path';
import { z } from 'zod';

/** How the text of a variable is read, by kind. Each kind says in its one message what it expects. */
export const text = z.string();

export function wholeNumber(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
}

export const milliseconds = wholeNumber(1, 86_400_000);

/** A URL with one of the schemes (`postgresql:`), as it was written. */
export function urlOf(...schemes: readonly string[]) {
  return z.string().refine(
    (value) => {
      const url = URL.parse(value);
      return url !== null && schemes.includes(url.protocol) && url.hostname !== '';
    },
    `must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}`,
  );
}

/** An HTTP URL to which paths are appended. */
export const baseUrl = urlOf('http:', 'https:')
  .refine((value) => !/[?#]/.test(value), 'must not have a query or a fragment')
  .transform((value) => value.replace(/\/+$/, ''));

/** Scheme, host and port of an HTTP server, as browsers write an Origin. */
export const origin = urlOf('http:', 'https:')
  .refine(
    (value) => /^[^/]*\/\/[^/?#@]+\/?$/.test(value),
    'must be a scheme, a host and perhaps a port, without a path',
  )
  .transform((value) => new URL(value).origin);

export const absolutePath = z.string().transform((value) => path.resolve(value));

/** An address, perhaps with a name before it: `Tollgate <tollgate@example.com>`. */
export const mailSender = z
  .string()
  .max(320)
  .refine(
    (value) => !/[\r\n]/.test(value) && /^(?:[^<>@]* <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(value),
    'must be an e-mail address, such as "Tollgate <tollgate@example.com>"',
  );

export const masterKey = z
  .string()
  .regex(/^[A-Za-z0-9+/_-]{43}=?$/, 'must be 32 bytes in base64, such as "openssl rand -base64 32" prints')
  .transform((value) => Buffer.from(value, 'base64'));

export const addressRanges = z
  .string()
  .transform((value) => value.split(',').map((entry) => entry.trim()))
  .refine(
    (entries) => entries.every(isAddressRange),
    'must be a comma-separated list of IP addresses and CIDR ranges, such as 10.0.0.0/8',
  );

function isAddressRange(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

/**
 * The address of an engine in all forms that engines take: `host`, `host:port`, `:port`, a URL. It may also be what the
 * engine listens on, so that "any address" stands for this machine.
 */
export const hostUrl = (usualPort: number) =>
  z
    .string()
    .transform((value) => urlOfHost(value.trim(), usualPort))
    .refine((url) => url !== null, 'must be a host, host:port or an http URL');

function urlOfHost(value: string, usualPort: number): string | null {
  const hasScheme = /^https?:\/\//.test(value);
  const url = URL.parse(hasScheme ? value : `http://${value.startsWith(':') ? `127.0.0.1${value}` : value}`);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  const host = url.hostname === '0.0.0.0' || url.hostname === '[::]' ? '127.0.0.1' : url.hostname;
  const port = url.port || (hasScheme ? '' : String(usualPort));
  const prefix = url.pathname.replace(/(?:\/v1)?\/*$/, '');
  return `${url.protocol}//${host}${port === '' ? '' : `:${port}`}${prefix}`;
}
