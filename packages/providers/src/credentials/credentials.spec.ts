import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generateKeyPairSync } from 'node:crypto';

import { parseAwsCredential } from './aws-credential.js';
import { parseAzureCredential } from './azure-credential.js';
import { isCredentialProblem } from './credential-problem.js';
import { parseGoogleCredential, tenantProblem } from './google-credential.js';
import { secretProblem } from './secret-problem.js';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const ID = 'AKIDEXAMPLE'.replace('AKID', 'AKIA').padEnd(20, '7');

describe('AWS', () => {
  const key = { kind: 'access-key', accessKeyId: ID, secretAccessKey: SECRET, sessionToken: null, region: null };

  test('an access key as JSON and in one line', () => {
    expect(parseAwsCredential(JSON.stringify({ accessKeyId: ID, secretAccessKey: SECRET }))).toEqual(key);
    expect(parseAwsCredential(` ${ID}:${SECRET}\n`)).toEqual(key);
    const temporary = ID.replace('AKIA', 'ASIA');
    expect(parseAwsCredential(`${temporary}:${SECRET}:tok==`)).toEqual({
      ...key,
      accessKeyId: temporary,
      sessionToken: 'tok==',
    });
    expect(parseAwsCredential(JSON.stringify({ ...key, region: 'eu-central-1' }))).toMatchObject({
      region: 'eu-central-1',
    });
  });

  test('a Bedrock API key', () => {
    expect(parseAwsCredential('ABSKQmVkcm9ja0FQSUtleS0=')).toEqual({
      kind: 'bearer',
      token: 'ABSKQmVkcm9ja0FQSUtleS0=',
    });
  });

  test.each([
    ['', /empty/],
    [SECRET, /alone/],
    [ID, /no secret/],
    [ID.replace('AKIA', 'ASIA') + `:${SECRET}`, /session token/],
    [`${ID}:${SECRET}:a:b`, /three parts/],
    ['{"accessKeyId":', /not valid JSON/],
    [JSON.stringify({ secretAccessKey: SECRET }), /no id/],
    [JSON.stringify({ accessKeyId: 'abc', secretAccessKey: SECRET }), /AKIA or ASIA/],
    [JSON.stringify({ accessKeyId: ID, secretAccessKey: SECRET, region: 'mars' }), /us-east-1/],
    ['two words', /one word/],
  ])('%s is a problem', (pasted, problem) => {
    expect(parseAwsCredential(pasted)).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe('Google', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const file = { type: 'service_account', client_email: 'a@b.iam', private_key: privateKey, project_id: 'p' };

  test('the key of a service account', () => {
    expect(parseGoogleCredential(JSON.stringify(file))).toEqual({
      kind: 'service-account',
      clientEmail: 'a@b.iam',
      privateKey: privateKey.trim(),
      privateKeyId: null,
      tokenUri: 'https://oauth2.googleapis.com/token',
      projectId: 'p',
    });
    const escaped = JSON.stringify({ ...file, private_key: privateKey.replaceAll('\n', '\\n') });
    expect(parseGoogleCredential(escaped)).toMatchObject({ kind: 'service-account' });
  });

  test('an API key', () => {
    expect(parseGoogleCredential('AIzaSyX')).toEqual({ kind: 'api-key', apiKey: 'AIzaSyX' });
  });

  test.each([
    [{ ...file, type: 'authorized_user' }, /type/],
    [{ ...file, client_email: 7 }, /client_email/],
    [{ ...file, private_key: 'secret-that-is-none' }, /PEM/],
    [{ ...file, token_uri: 'file:///etc/passwd' }, /token_uri/],
    [{ ...file, token_uri: 'https://user:pass@example.com' }, /token_uri/],
  ])('%j is a problem', (pasted, problem) => {
    expect(parseGoogleCredential(JSON.stringify(pasted))).toEqual({ problem: expect.stringMatching(problem) });
  });

  test('only Google mints for tenants', () => {
    const problemAt = (tokenUri: string) => {
      const read = parseGoogleCredential(JSON.stringify({ ...file, token_uri: tokenUri }));
      return isCredentialProblem(read) ? read : tenantProblem(read);
    };
    expect(problemAt('https://oauth2.googleapis.com/token')).toBeNull();
    expect(problemAt('https://oauth2.googleapis.com.evil.example/token')).toEqual({
      problem: expect.stringContaining('token_uri'),
    });
    expect(tenantProblem({ kind: 'api-key', apiKey: 'k' })).toBeNull();
  });
});

describe('Azure', () => {
  const application = { tenantId: '72f988bf-86f1-41af-91ab-2d7cd011db47', clientId: 'c', clientSecret: 's~x' };

  test('an application, also as the command line prints it, and an API key', () => {
    expect(parseAzureCredential(JSON.stringify(application))).toEqual({ kind: 'client-secret', ...application });
    const printed = { tenant: application.tenantId, appId: 'c', password: 's~x' };
    expect(parseAzureCredential(JSON.stringify(printed))).toEqual({ kind: 'client-secret', ...application });
    expect(parseAzureCredential('0123abc')).toEqual({ kind: 'api-key', apiKey: '0123abc' });
  });

  test.each([
    [{ ...application, tenantId: 'a/../b' }, /tenantId/],
    [{ ...application, tenantId: 'common' }, /one tenant/],
    [{ ...application, clientId: '' }, /clientId/],
    [{ ...application, clientSecret: null }, /clientSecret/],
  ])('%j is a problem', (pasted, problem) => {
    expect(parseAzureCredential(JSON.stringify(pasted))).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe('a secret of any provider', () => {
  const owner = { isTenant: false };

  test.each([
    ['bearer', 'sk-1', true],
    ['bearer', 'sk 1', false],
    ['optional-bearer', 'k', true],
    ['x-api-key', '', false],
    ['none', 'any thing', true],
    ['aws', 'bedrock-api-key-x', true],
    ['aws', '{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}', false],
    ['google-cloud', 'AIzaSyX', true],
    ['google-cloud', '{}', false],
    ['azure', 'k', true],
    ['azure', '{"tenantId":"common"}', false],
  ] as const)('%s: %j', (authentication, pasted, sound) => {
    expect(secretProblem({ authentication }, pasted, owner) === null).toBe(sound);
  });
});

test('no problem tells anything of the secret', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/);
  const pasted = fc.oneof(
    word.map((text) => `${text} ${text}`),
    word.map((text) => `{"accessKeyId":"${text}","private_key":"${text}","clientSecret":"${text}"}`),
    word.map((text) => `{"${text}`),
    word.map((text) => `${ID}:${text}:${text}:${text}`),
  );
  fc.assert(
    fc.property(pasted, (text) => {
      for (const parse of [parseAwsCredential, parseGoogleCredential, parseAzureCredential]) {
        const read = parse(text);
        if (!('problem' in read)) continue;
        for (const [piece] of text.matchAll(/[A-Za-z0-9]{12,}/g)) {
          if (piece !== 'clientSecret') expect(read.problem.includes(piece) && !KNOWN.has(piece)).toBe(false);
        }
      }
    }),
  );
});

const KNOWN = new Set(['accessKeyId', 'clientSecret', 'secretAccessKey']);
