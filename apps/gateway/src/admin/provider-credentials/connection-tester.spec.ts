import { describe, expect, test } from '@jest/globals';
import { masterKeyId, sealSecret } from '@tollgate/database';
import { randomBytes } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import type { Resolve } from '@tollgate/public-address';
import { ConnectionTester } from './connection-tester.js';

const PUBLIC: LookupAddress = { address: '8.8.8.8', family: 4 };
const PRIVATE: LookupAddress = { address: '10.0.0.7', family: 4 };

/** A name server that gives these answers one after the other. */
const answers =
  (...list: readonly LookupAddress[][]): Resolve =>
  () =>
    Promise.resolve(list.length > 1 ? ((list as LookupAddress[][]).shift() ?? []) : (list[0] ?? []));

describe('a connection test for an organization', () => {
  const masterKey = randomBytes(32);
  const credential = {
    id: 'cred_1',
    organizationId: 'org_1',
    provider: 'openai-compatible',
    baseUrl: 'https://rebinding.example',
    ciphertext: sealSecret(masterKey, 'sk-secret', 'cred_1'),
    masterKeyId: masterKeyId(masterKey),
  };

  test('does not follow a name that points elsewhere by the time of the call', async () => {
    const tester = new ConnectionTester(masterKey, answers([PUBLIC], [PRIVATE]));
    expect(await tester.test(credential)).toMatchObject({ ok: false, reason: 'address-refused', status: null });
  });

  test('tells nothing of what a name resolves to', async () => {
    const tester = new ConnectionTester(masterKey, answers([PRIVATE]));
    const result = await tester.test(credential);
    expect(result.message).not.toContain('10.0.0.7');
  });

  test('of the sandbox needs no network', async () => {
    const tester = new ConnectionTester(masterKey, answers([]));
    const result = await tester.test({ ...credential, provider: 'sandbox', baseUrl: null, ciphertext: null });
    expect(result).toMatchObject({ ok: true, reason: 'reached' });
  });
});
