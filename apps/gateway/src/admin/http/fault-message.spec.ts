import { expect, test } from '@jest/globals';
import { z } from 'zod';

import { faultMessage } from './fault-message.js';

test.each<[z.ZodType, unknown, string]>([
  [z.int().max(100), 101, 'must be at most 100'],
  [z.int().min(1), 0, 'must be at least 1'],
  [z.string().min(3), 'a', 'must have at least 3 characters'],
  [z.array(z.int()).max(1), [1, 2], 'must have at most 1 entries'],
  [z.enum(['a', 'b']), 'c', 'must be "a" or "b"'],
  [z.literal('USD'), 'EUR', 'must be "USD"'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.strictObject({}), [], 'must be an object'],
  [z.boolean(), 1, 'must be true or false'],
  [z.int().max(1, 'must be small'), 2, 'must be small'],
])('%#', (schema, value, expected) => {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  expect(issue === undefined ? null : faultMessage(issue as never)).toBe(expected);
});
