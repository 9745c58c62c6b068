import { describe, expect, test } from '@jest/globals';
import { formatPicos, newId } from '@tollgate/domain';
import fc from 'fast-check';
import { decimal, futureInstant, id, instant, money, monthlyBudget, tags, text, timeZone } from './fields.js';
import { grants, SCOPES } from './permissions.js';
import { usageOperations } from './usage.js';

const takes = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

test('ids are those of their kind', () => {
  expect(takes(id('apiKey'), newId('apiKey'))).toBe(true);
  for (const wrong of [
    newId('project'),
    'key_',
    `key_${'u'.repeat(26)}`,
    `key_8${'0'.repeat(25)}`,
    `${newId('apiKey')} `,
  ]) {
    expect(takes(id('apiKey'), wrong)).toBe(false);
  }
});

/** Lines of their own in a mail, and a name that reads backwards: `evil.txt.exe` as `evil.exe.txt`. */
const SPOOFS = ['a\u2028b', 'a\u2029b', 'evil.\u202etxt.exe', 'a\u2067b'];

test('text holds what Postgres can hold', () => {
  for (const good of ['x', 'Größe 北京 🚀', 'a/b']) expect(takes(text(20), good)).toBe(true);
  for (const bad of ['', 'a\u0000b', 'a\nb', '\ud800', 'x'.repeat(21), ...SPOOFS])
    expect(takes(text(20), bad)).toBe(false);
});

test('times are instants in UTC', () => {
  for (const good of ['2026-11-01T00:00:00Z', '2026-11-01T00:00:00.123Z']) expect(takes(instant(), good)).toBe(true);
  for (const bad of ['2026-11-01', '2026-11-01T00:00:00', '2026-11-01T00:00:00+01:00', '1999-12-31T23:59:59Z', 'now']) {
    expect(takes(instant(), bad)).toBe(false);
  }
  expect(takes(futureInstant(), new Date(Date.now() - 1).toISOString())).toBe(false);
  expect(takes(timeZone(), 'Europe/Berlin')).toBe(true);
  expect(takes(timeZone(), 'Mars/Olympus')).toBe(false);
});

describe('money', () => {
  test('is a decimal string', () => {
    for (const good of ['0', '1', '0.000000000001', '12.50']) expect(takes(decimal(), good)).toBe(true);
    for (const bad of ['', '-1', '1.', '.5', '1e3', '0.0000000000001', 1, ' 1'])
      expect(takes(decimal(), bad)).toBe(false);
  });
  test('that we answer is what our schema says', () => {
    const amounts = fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n });
    fc.assert(fc.property(amounts, (picos) => takes(money, { amount: formatPicos(picos), currency: 'USD' })));
  });
  test('of a budget is dollars that limits can count', () => {
    expect(takes(monthlyBudget(), null)).toBe(true);
    expect(takes(monthlyBudget(), { amount: '8999999.999999999999', currency: 'USD' })).toBe(true);
    expect(takes(monthlyBudget(), { amount: '9000000', currency: 'USD' })).toBe(false);
    expect(takes(monthlyBudget(), { amount: '1', currency: 'EUR' })).toBe(false);
  });
});

test('tags do not repeat', () => {
  expect(takes(tags(), ['a', 'b'])).toBe(true);
  expect(takes(tags(), ['a', 'a'])).toBe(false);
});

test('a scope grants its permission, and the star grants all', () => {
  expect(grants(['api-keys.read'], 'api-keys.read')).toBe(true);
  expect(grants(['api-keys.read'], 'api-keys.write')).toBe(false);
  expect(grants(['*'], 'api-keys.write')).toBe(true);
  expect(grants([], 'api-keys.write')).toBe(false);
  expect(SCOPES).toContain('*');
});

test('figures name measures once and one span of time', () => {
  const range = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  const { query } = usageOperations.readUsage;
  expect(query.parse({ measure: 'cost,requests', by: 'model,day', ...range })).toMatchObject({
    measure: ['cost', 'requests'],
    by: ['model', 'day'],
  });
  for (const wrong of [{ measure: '' }, { measure: 'cost,cost' }, { by: 'hour,day' }, { by: '' }, { to: range.from }]) {
    expect(takes(query, { measure: 'cost', ...range, ...wrong })).toBe(false);
  }
});
