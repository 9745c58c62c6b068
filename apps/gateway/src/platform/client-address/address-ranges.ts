import { BlockList, isIP, isIPv4 } from 'node:net';

/** A set of addresses, single ones and CIDR ranges of IPv4 and IPv6. */
export class AddressRanges {
  readonly #list = new BlockList();

  /** What is no address and no range contains nothing: whoever wrote it is let in nowhere, not everywhere. */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) this.#add(range);
  }

  /** An IPv4 address is the same in its IPv6 notation. What is no address is nowhere. */
  has(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }

  #add(range: string): void {
    const [written = '', length] = range.split('/', 2);
    const address = plainAddress(written);
    if (isIP(address) === 0) return;
    const [family, bits] = isIPv4(address) ? (['ipv4', 32] as const) : (['ipv6', 128] as const);
    if (length === undefined) return this.#list.addAddress(address, family);
    // of a range in the IPv6 notation of IPv4 addresses
    const prefix = Number.parseInt(length, 10) - (address === written ? 0 : 96);
    if (Number.isInteger(prefix) && prefix >= 0 && prefix <= bits) this.#list.addSubnet(address, prefix, family);
  }
}

/** An address without its zone, and an IPv4 address in IPv6 notation as it is usually written. */
export function plainAddress(address: string): string {
  const zone = address.indexOf('%');
  const bare = zone === -1 ? address : address.slice(0, zone);
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}
