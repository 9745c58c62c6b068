import type { IncomingMessage } from 'node:http';

import { describe, expect, test } from '@jest/globals';

import { AddressRanges } from './address-ranges.js';
import { ClientAddresses } from './client-addresses.js';

describe('ranges of addresses', () => {
  test.each([
    ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3', '::ffff:a01:203'], ['11.0.0.0', '9.255.255.255']],
    ['10.1.2.3/8', ['10.9.9.9'], ['11.0.0.0']],
    ['192.0.2.7', ['192.0.2.7', '::ffff:192.0.2.7'], ['192.0.2.8', '::7']],
    ['0.0.0.0/0', ['1.2.3.4', '::ffff:1.2.3.4'], ['2001:db8::1']],
    ['192.0.2.7/32', ['192.0.2.7'], ['192.0.2.6']],
    ['2001:db8::/32', ['2001:db8::1', '2001:0DB8:ffff::'], ['2001:db9::1', '1.2.3.4']],
    ['2001:db8::1', ['2001:db8:0:0:0:0:0:1'], ['2001:db8::2']],
    ['::ffff:10.0.0.0/104', ['10.1.2.3', '::ffff:10.1.2.3'], ['11.0.0.1', '::1']],
    ['::ffff:192.0.2.7', ['192.0.2.7'], ['192.0.2.8']],
    ['nonsense', [], ['1.2.3.4', '::1', 'nonsense', '']],
    ['10.0.0.0/33', [], ['10.0.0.1']],
    ['10.0.0.0/', [], ['10.0.0.0', '10.0.0.1']],
  ])('%s', (range, inside, outside) => {
    const ranges = new AddressRanges([range]);
    expect(inside.filter((address) => !ranges.has(address))).toEqual([]);
    expect(outside.filter((address) => ranges.has(address))).toEqual([]);
  });

  test('none has nothing in it', () => {
    expect(new AddressRanges([]).has('127.0.0.1')).toBe(false);
  });
});

describe('where a request came from', () => {
  const requestOf = (remoteAddress: string | undefined, forwarded?: string): IncomingMessage =>
    ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

  test.each([
    ['nobody is trusted', [], '10.0.0.1', '203.0.113.9', '10.0.0.1'],
    ['a stranger says who they are', ['10.0.0.0/8'], '198.51.100.1', '203.0.113.9', '198.51.100.1'],
    ['a proxy', ['10.0.0.0/8'], '10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['a proxy in IPv6 notation', ['10.0.0.0/8'], '::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['what was written before a proxy', ['10.0.0.0/8'], '10.0.0.1', '192.0.2.1, 203.0.113.9', '203.0.113.9'],
    ['two proxies', ['10.0.0.0/8'], '10.0.0.1', '192.0.2.1, 203.0.113.9, 10.0.0.2', '203.0.113.9'],
    ['only proxies', ['10.0.0.0/8'], '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['a proxy that says nothing', ['10.0.0.0/8'], '10.0.0.1', undefined, '10.0.0.1'],
    ['no address', ['10.0.0.0/8'], '10.0.0.1', '192.0.2.1, unknown', 'unknown'],
    ['an empty hop', ['10.0.0.0/8'], '10.0.0.1', '192.0.2.1,', ''],
    ['a zone', [], 'fe80::1%eth0', undefined, 'fe80::1'],
    ['a socket that is gone', [], undefined, '192.0.2.1', ''],
  ])('%s', (_name, trusted, direct, forwarded, expected) => {
    expect(new ClientAddresses(trusted).addressOf(requestOf(direct, forwarded))).toBe(expected);
  });
});
