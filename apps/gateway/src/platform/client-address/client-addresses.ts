import type { IncomingMessage } from 'node:http';

import { AddressRanges, plainAddress } from './address-ranges.js';

/**
 * Tells where a request came from: the nearest address that is no trusted proxy. Each proxy appends whom it was called by
 * to `x-forwarded-for`, so that what stands before an address that is not trusted was written by nobody whom we know.
 */
export class ClientAddresses {
  readonly #proxies: AddressRanges;

  /** @param trustedProxies addresses and CIDR ranges whose `x-forwarded-for` is believed. */
  constructor(trustedProxies: readonly string[]) {
    this.#proxies = new AddressRanges(trustedProxies);
  }

  /** As it was written by the last one who is trusted: perhaps no address at all. */
  addressOf({ socket, headers }: IncomingMessage): string {
    const direct = plainAddress(socket.remoteAddress ?? '');
    const forwarded = headers['x-forwarded-for'];
    // repeated, Node joins it
    if (typeof forwarded !== 'string' || !this.#proxies.has(direct)) return direct;
    const hops = forwarded.split(',').map((hop) => plainAddress(hop.trim()));
    const client = hops.findLast((hop) => !this.#proxies.has(hop));
    return client ?? hops[0] ?? direct;
  }
}
