import { expect, test } from '@jest/globals';
import { overlappingDrafts } from './overlapping-drafts.js';

const draft = (from: number, to: number | null, changes: { model?: string } = {}) => ({
  provider: 'openai',
  model: 'gpt-4o',
  meter: 'input',
  serviceTier: '*',
  region: '*',
  fromTokens: 0,
  timeWindow: '*',
  effectiveFrom: `20${from}-01-01T00:00:00Z`,
  effectiveTo: to === null ? null : `20${to}-01-01T00:00:00Z`,
  ...changes,
});
const pointers = (drafts: Parameters<typeof overlappingDrafts>[0]): string[] =>
  overlappingDrafts(drafts).map(({ pointer }) => pointer);

test('prices that follow each other, or are for something else, do not overlap', () => {
  expect(pointers([draft(24, 25), draft(25, null), draft(24, null, { model: 'o3' })])).toEqual([]);
});

test('each price that overlaps an earlier one is named', () => {
  expect(pointers([draft(25, null), draft(24, 26), draft(24, 26, { model: 'o3' })])).toEqual(['/body/prices/0']);
  expect(pointers([draft(24, null), draft(25, 26), draft(27, 28)])).toEqual(['/body/prices/1', '/body/prices/2']);
  expect(pointers([draft(24, null), draft(24, null)])).toEqual(['/body/prices/1']);
});
