import { isIP } from 'node:net';

import { isPublicAddress } from '@tollgate/public-address';

/** Names that public DNS gives to nobody. Sources: RFC 6761, 6762, 8375, 9476 and ICANN's reservation of `.internal`. */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal|lan|home\.arpa|alt)$/;

/**
 * Whether what is sent to an origin stays in its operator's network, as far as its address tells: private addresses, names
 * that only a private resolver knows. What looks public counts as public, whoever runs it.
 */
export function isLocalOrigin(origin: string): boolean {
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) return !isPublicAddress(host);
  return !host.includes('.') || PRIVATE_NAME.test(host);
}
