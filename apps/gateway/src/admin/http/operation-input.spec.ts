import { describe, expect, test } from '@jest/globals';
import { OPERATIONS } from '@tollgate/wire';
import { newId } from '@tollgate/domain';
import { parseOperationInput, type RawInput } from './operation-input.js';
import { ProblemError } from './problem-error.js';

const params = { projectId: newId('project') };
const raw = (changes: Partial<RawInput>): RawInput => ({
  params,
  query: {},
  body: undefined,
  contentType: 'application/json; charset=utf-8',
  ifMatch: undefined,
  idempotencyKey: undefined,
  ...changes,
});

function problemOf(parse: () => unknown): ProblemError {
  try {
    parse();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('gives what the schemas make of a request', () => {
  const body = { name: 'Key', modelAllowlist: ['*'] };
  const input = parseOperationInput(OPERATIONS.createApiKey, raw({ body }));
  expect(input).toEqual({
    params,
    query: {},
    body: {
      ...{ ...body, ownerId: null, tags: [], ipRanges: [], constraints: {}, expiresAt: null },
      unsupportedParameters: 'refuse',
    },
    ifMatch: 0,
    idempotencyKey: '',
  });
  const list = parseOperationInput(OPERATIONS.listApiKeys, raw({ query: { limit: '7' } }));
  expect(list.query).toEqual({ limit: 7, sort: '-createdAt' });
});

describe('If-Match', () => {
  const parse = (ifMatch: string | undefined): number =>
    parseOperationInput(OPERATIONS.updateProject, raw({ body: { name: 'x' }, ifMatch })).ifMatch;

  test.each([
    ['"3"', 3],
    ['3', 3],
    [' "12" ', 12],
  ])('%j is version %d', (header, version) => expect(parse(header)).toBe(version));
  test.each([undefined, '', ' '])('%j is missing', (header) => {
    expect(problemOf(() => parse(header)).code).toBe('version-required');
  });
  test.each(['*', 'W/"3"', '"3", "4"', '-1', '1e3', '99999999999'])('%j is not one of ours', (header) => {
    const { code, errors } = problemOf(() => parse(header));
    expect(code).toBe('invalid-request');
    expect(errors).toMatchObject([{ pointer: '/header/If-Match' }]);
  });
});

describe('Idempotency-Key', () => {
  const body = { kind: 'payment', amount: '5', currency: 'USD', reason: 'x' };
  const call = { params: { organizationId: newId('organization') }, body };
  const parse = (idempotencyKey: string | undefined): string =>
    parseOperationInput(OPERATIONS.createManualPosting, raw({ ...call, idempotencyKey })).idempotencyKey;

  test.each([
    ['transfer-1', 'transfer-1'],
    [' a b ', 'a b'],
    ['x', 'x'],
  ])('%j is %j', (header, key) => expect(parse(header)).toBe(key));
  test.each([undefined, '', '  ', 'a\nb', 'ü', 'x'.repeat(256)])('%j is refused', (header) => {
    const { code, errors } = problemOf(() => parse(header));
    expect(code).toBe('invalid-request');
    expect(errors).toMatchObject([{ pointer: '/header/Idempotency-Key' }]);
  });
});

test('a body of another type than JSON is not looked at', () => {
  const parse = () =>
    parseOperationInput(OPERATIONS.createProject, raw({ body: { name: 'x' }, contentType: 'text/plain' }));
  expect(problemOf(parse).code).toBe('unsupported-media-type');
});

test('a body of which no field has to be given may be left out', () => {
  const rotation = { params: { apiKeyId: newId('apiKey') }, contentType: undefined };
  for (const body of [undefined, null]) {
    expect(parseOperationInput(OPERATIONS.rotateApiKey, raw({ ...rotation, body })).body).toEqual({
      overlapSeconds: 0,
    });
  }
  const inOrganization = { params: { organizationId: newId('organization') } };
  const { errors } = problemOf(() => parseOperationInput(OPERATIONS.createProject, raw(inOrganization)));
  expect(errors).toMatchObject([{ pointer: '/body', code: 'required' }]);
  const fields = problemOf(() =>
    parseOperationInput(OPERATIONS.rotateApiKey, raw({ ...rotation, contentType: 'application/json', body: 'x' })),
  );
  expect(fields.errors).toMatchObject([{ pointer: '/body' }]);
});

test('operations without a body take an empty one', () => {
  const call = { params: { apiKeyId: newId('apiKey') } };
  for (const body of [undefined, null, {}]) {
    expect(parseOperationInput(OPERATIONS.revokeApiKey, raw({ ...call, body })).body).toBeUndefined();
  }
  const { errors } = problemOf(() =>
    parseOperationInput(OPERATIONS.revokeApiKey, raw({ ...call, body: { now: true } })),
  );
  expect(errors).toMatchObject([{ pointer: '/body', code: 'unknown_field' }]);
});
