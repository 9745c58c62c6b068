import { describe, expect, test } from '@jest/globals';
import { chooseRollup } from './choose-rollup.js';
import { UsageFiguresError, type UsageFigures, type UsageOwner } from './usage-analytics.js';

const berlin: UsageOwner = { id: 'org_1', timeZone: 'Europe/Berlin' };
const figures = (changes: Partial<UsageFigures> = {}): UsageFigures => ({
  measures: ['cost'],
  dimensions: [],
  bucket: null,
  from: Date.parse('2026-10-31T23:00:00Z'),
  to: Date.parse('2026-11-30T23:00:00Z'),
  zone: null,
  filters: {},
  ...changes,
});

describe('chooseRollup takes', () => {
  test.each<[string, UsageOwner | null, Partial<UsageFigures>, string]>([
    ['days for whole local days', berlin, { dimensions: ['model'], bucket: 'day' }, 'usage_day'],
    ['days for latency by project', berlin, { dimensions: ['project'], measures: ['latencyP95'] }, 'usage_day'],
    ['hours for hours', berlin, { bucket: 'hour' }, 'usage_hour'],
    ['hours for a foreign zone', berlin, { bucket: 'day', zone: 'America/New_York' }, 'usage_hour'],
    ['hours for parts of a day', berlin, { from: Date.parse('2026-11-01T05:00:00Z') }, 'usage_hour'],
    ['hours over all organizations', null, { dimensions: ['organization'], bucket: 'day' }, 'usage_hour'],
    ['spend by key', berlin, { dimensions: ['apiKey'], bucket: 'month' }, 'spend_day'],
    ['spend of a tag', berlin, { filters: { tag: 'web' } }, 'spend_day'],
    ['deployment hours', null, { dimensions: ['deployment', 'outcome'], measures: ['latencyP99'] }, 'deployment_hour'],
  ])('%s', (_, owner, changes, rollup) => {
    expect(chooseRollup(owner, figures(changes)).rollup).toBe(rollup);
  });
});

describe('chooseRollup refuses', () => {
  test.each<[string, UsageOwner | null, Partial<UsageFigures>, string]>([
    ['latency by key', berlin, { dimensions: ['apiKey'], measures: ['latencyP50'] }, 'measure'],
    ['key with model', berlin, { dimensions: ['apiKey'], filters: { model: 'gpt-4o' } }, 'by'],
    ['two bearers', berlin, { dimensions: ['apiKey'], filters: { tag: 'web' } }, 'by'],
    ['bearers over all organizations', null, { dimensions: ['endUser'] }, 'by'],
    ['bearers by hour', berlin, { dimensions: ['member'], bucket: 'hour' }, 'by'],
    ['projects over all organizations', null, { dimensions: ['project'] }, 'by'],
    ['projects in a foreign zone', berlin, { dimensions: ['project'], zone: 'UTC' }, 'zone'],
    ['projects for parts of days', berlin, { dimensions: ['project'], to: Date.parse('2026-11-30T22:00:00Z') }, 'to'],
    ['deployments of an organization', berlin, { dimensions: ['deployment'] }, 'by'],
    ['deployments by model', null, { dimensions: ['deployment', 'model'] }, 'by'],
    ['parts of hours', berlin, { from: Date.parse('2026-11-01T05:30:00Z') }, 'from'],
  ])('%s', (_, owner, changes, field) => {
    try {
      chooseRollup(owner, figures(changes));
    } catch (error) {
      expect(error).toBeInstanceOf(UsageFiguresError);
      expect(error).toMatchObject({ field });
      return;
    }
    throw new Error('nothing was refused');
  });
});
