import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.js';

/** The address is one that tenants may not name. Its message is public. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

/** Every address of a host name, as the system resolves it. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export const resolveBySystem: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });

/**
 * Checks a base URL that a tenant gave: https, and every address of its host public. A host that resolves to a public
 * and a private address is refused: it is not known which one would be called.
 * @throws AddressRefusedError that says why.
 */
export async function requirePublicUrl(baseUrl: string, resolve: Resolve): Promise<void> {
  const host = requirePublicForm(baseUrl);
  if (isIP(host) !== 0) return;
  const addresses = await resolve(host).catch(() => []);
  if (addresses.length === 0) throw new AddressRefusedError('names a host that cannot be resolved');
  requireAllPublic(addresses);
}

/**
 * As much of the rule as can be told from the URL alone, for the defaults of providers: those are ours, and a name
 * server that is away must keep nobody from writing them down.
 * @returns the host.
 * @throws AddressRefusedError that says why.
 */
export function requirePublicForm(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (url === null) throw new AddressRefusedError('must be a URL');
  if (url.protocol !== 'https:') throw new AddressRefusedError('must begin with https://');
  const host = literalHost(url);
  if (isIP(host) !== 0 && !isPublicAddress(host)) {
    throw new AddressRefusedError('must not point to a private or local address');
  }
  return host;
}

/**
 * A look-up for sockets that applies the same rule at the moment of connecting: a name that was public when it was
 * checked may point to the metadata service a second later.
 */
export function publicLookup(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname)
      .then((found) => {
        if (found.length === 0) throw new AddressRefusedError('names a host that cannot be resolved');
        requireAllPublic(found);
        const [first] = found;
        if (options.all === true) callback(null, [...found]);
        else callback(null, first?.address ?? '', first?.family);
      })
      .catch((error: unknown) => {
        callback(error instanceof Error ? error : new Error('the look-up failed'), '');
      });
  };
}

function requireAllPublic(addresses: readonly LookupAddress[]): void {
  if (!addresses.every(({ address }) => isPublicAddress(address))) {
    throw new AddressRefusedError('must not point to a private or local address');
  }
}

/** The host without the brackets of IPv6. URL parsing has already undone octal, hexadecimal and short forms of IPv4. */
function literalHost(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}
