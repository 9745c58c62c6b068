import { expect, test } from '@jest/globals';
import type { ApiKey } from '@tollgate/wire';
import { changeOf, draftOf, emptyKeyFields, keyFieldsOf } from './key-draft.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const KEY: ApiKey = {
  id: 'key_01',
  organizationId: 'org_01',
  projectId: 'proj_01',
  name: 'support bot',
  ownerId: 'usr_01',
  ownerName: 'Ada',
  modelAllowlist: ['gpt-4o*'],
  tags: ['production'],
  ipRanges: ['10.0.0.0/8'],
  unsupportedParameters: 'drop',
  constraints: { regions: ['eu-central-1'] },
  expiresAt: '2026-11-01T00:00:00.000Z',
  revokedAt: null,
  rateLimit: { requestsPerMinute: 60, tokensPerMinute: null, concurrency: null },
  monthlyBudget: { amount: '12.500000000000', currency: 'USD' },
  budgetLadder: [{ percent: 80, action: 'notify' }],
  budgetId: 'bud_01',
  budgetRaises: [],
  limitsSource: 'api',
  lastUsedAt: null,
  secrets: [],
  version: 3,
  createdAt: '2026-10-01T00:00:00.000Z',
  updatedAt: '2026-10-01T00:00:00.000Z',
};

test('an edited key is sent back as it was, without the expiry that nobody touched', () => {
  expect(changeOf(keyFieldsOf(KEY), NOW)).toEqual({
    name: 'support bot',
    ownerId: 'usr_01',
    tags: ['production'],
    ipRanges: ['10.0.0.0/8'],
    modelAllowlist: ['gpt-4o*'],
    constraints: KEY.constraints,
    unsupportedParameters: 'drop',
    rateLimit: KEY.rateLimit,
    budgetLadder: KEY.budgetLadder,
    monthlyBudget: { amount: '12.5', currency: 'USD' },
  });
});

test('an expiry that was chosen counts from now', () => {
  expect(changeOf({ ...keyFieldsOf(KEY), expiry: '30' }, NOW).expiresAt).toBe('2026-12-22T12:00:00.000Z');
  expect(changeOf({ ...keyFieldsOf(KEY), expiry: 'never' }, NOW).expiresAt).toBeNull();
});

test('a new key may call every model, and is nobody’s', () => {
  const draft = draftOf({ ...emptyKeyFields('proj_01'), name: 'new' }, NOW);
  expect(draft).toMatchObject({ modelAllowlist: ['*'], ownerId: null, expiresAt: null, monthlyBudget: null });
});
