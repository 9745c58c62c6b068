import { describe, expect, test } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { AddressRefusedError, publicLookup, requirePublicForm, requirePublicUrl, type Resolve } from './public-url.js';

const PUBLIC: LookupAddress = { address: '8.8.8.8', family: 4 };
const PRIVATE: LookupAddress = { address: '10.0.0.7', family: 4 };

/** A name server that gives these answers one after the other. */
const answers =
  (...list: readonly LookupAddress[][]): Resolve =>
  () =>
    Promise.resolve(list.length > 1 ? ((list as LookupAddress[][]).shift() ?? []) : (list[0] ?? []));

describe('requirePublicUrl', () => {
  const check = (url: string, resolve: Resolve = answers([PUBLIC])): Promise<void> => requirePublicUrl(url, resolve);

  test.each(['https://example.com', 'https://example.com:8443/v1', 'https://8.8.8.8/v1', 'https://[2606:4700::1111]/'])(
    'takes %s',
    async (url) => expect(await check(url)).toBeUndefined(),
  );
  test.each([
    'http://example.com',
    'ftp://example.com',
    'file:///etc/passwd',
    'not a URL',
    'https://127.0.0.1',
    'https://127.1',
    'https://0177.0.0.1',
    'https://0x7f.1',
    'https://2130706433',
    'https://[::1]',
    'https://[::ffff:7f00:1]',
    'https://169.254.169.254/latest/meta-data',
  ])('refuses %s', async (url) => {
    await expect(check(url)).rejects.toBeInstanceOf(AddressRefusedError);
  });
  test('refuses names that resolve to anything private, or to nothing', async () => {
    await expect(check('https://a.example', answers([PUBLIC, PRIVATE]))).rejects.toThrow('private');
    await expect(check('https://a.example', answers([]))).rejects.toThrow('cannot be resolved');
    const failing: Resolve = () => Promise.reject(new Error('SERVFAIL'));
    await expect(check('https://a.example', failing)).rejects.toThrow('cannot be resolved');
  });
  test('judges defaults of providers without asking a name server', () => {
    expect(requirePublicForm('https://api.example.com/v1')).toBe('api.example.com');
    expect(() => requirePublicForm('http://127.0.0.1:11434')).toThrow(AddressRefusedError);
  });
});

describe('publicLookup', () => {
  const look = (resolve: Resolve, all: boolean): Promise<unknown> =>
    new Promise((done, fail) => {
      publicLookup(resolve)('a.example', { all }, (error, address, family) => {
        if (error) fail(error);
        else done(all ? address : { address, family });
      });
    });

  test('gives sockets public addresses only', async () => {
    expect(await look(answers([PUBLIC]), false)).toEqual(PUBLIC);
    expect(await look(answers([PUBLIC]), true)).toEqual([PUBLIC]);
    await expect(look(answers([PRIVATE]), false)).rejects.toBeInstanceOf(AddressRefusedError);
    await expect(look(answers([PUBLIC, PRIVATE]), true)).rejects.toBeInstanceOf(AddressRefusedError);
    await expect(look(answers([]), true)).rejects.toBeInstanceOf(AddressRefusedError);
  });
});
