import { describe, expect, test } from '@jest/globals';
import { chooseSource } from './choose-source.js';
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

describe('chooseSource takes', () => {
  test.each<[string, UsageOwner | null, Partial<UsageFigures>, string]>([
    ['days for whole local days', berlin, { dimensions: ['model'], bucket: 'day' }, 'usage_day'],
    ['days for latency by project', berlin, { dimensions: ['project'], measures: ['latencyP95'] }, 'usage_day'],
    ['hours for hours', berlin, { bucket: 'hour' }, 'usage_hour'],
    ['hours for a foreign zone', berlin, { bucket: 'day', zone: 'America/New_York' }, 'usage_hour'],
    ['hours for parts of a day', berlin, { from: Date.parse('2026-11-01T05:00:00Z') }, 'usage_hour'],
    ['hours over all organizations', null, { dimensions: ['organization'], bucket: 'day' }, 'usage_hour'],
    ['hours of the installation', null, { dimensions: ['model'], bucket: 'day' }, 'installation_hour'],
    ['spend by key', berlin, { dimensions: ['apiKey'], bucket: 'month' }, 'usage_key_day'],
    ['key with model', berlin, { dimensions: ['apiKey'], filters: { model: 'gpt-4o' } }, 'usage_key_day'],
    ['spend of members', berlin, { dimensions: ['member'], bucket: 'day' }, 'spend_day'],
    ['spend of a tag', berlin, { filters: { tag: 'web' } }, 'spend_day'],
    ['deployment hours', null, { dimensions: ['deployment', 'outcome'], measures: ['latencyP99'] }, 'deployment_hour'],
  ])('%s', (_, owner, changes, source) => {
    expect(chooseSource(owner, figures(changes)).source).toBe(source);
  });
});

describe('chooseSource takes, for whole days of UTC,', () => {
  test.each<[string, UsageOwner | null, Partial<UsageFigures>, string | null]>([
    ['those of the installation', null, { measures: ['latencyP95'], bucket: 'month' }, 'installation_day'],
    ['those of deployments', null, { dimensions: ['deployment'], measures: ['latencyP95'] }, 'deployment_day'],
    ['those of organizations', null, { dimensions: ['organization'], bucket: 'day' }, 'organization_day'],
    ['none for organizations by model', null, { dimensions: ['organization', 'model'] }, null],
    ['none for latency of organizations', null, { dimensions: ['organization'], measures: ['latencyP95'] }, null],
    ['none for hours', null, { dimensions: ['model'], bucket: 'hour' }, null],
    ['none for one organization', berlin, { dimensions: ['model'], zone: 'UTC' }, null],
  ])('%s', (_, owner, changes, days) => {
    expect(chooseSource(owner, figures(changes)).days).toBe(days);
  });
});

describe('chooseSource reads the requests of an organization, and refuses over all organizations', () => {
  test.each<[string, Partial<UsageFigures>, string]>([
    ['latency by key', { dimensions: ['apiKey'], measures: ['latencyP50'] }, 'measure'],
    ['key with outcome', { dimensions: ['apiKey'], filters: { outcome: 'success' } }, 'by'],
    ['key with tag', { dimensions: ['apiKey'], filters: { tag: 'web' } }, 'by'],
    ['end users', { dimensions: ['endUser'], bucket: 'hour' }, 'by'],
    ['projects by hour', { dimensions: ['project'], bucket: 'hour' }, 'by'],
    ['projects in a foreign zone', { dimensions: ['project'], zone: 'UTC' }, 'zone'],
    ['projects for parts of days', { dimensions: ['project'], to: Date.parse('2026-11-30T22:00:00Z') }, 'to'],
    ['deployments by model', { dimensions: ['deployment', 'model'] }, 'by'],
    ['days off by half an hour', { bucket: 'day', zone: 'Asia/Kolkata' }, 'zone'],
    ['parts of hours', { from: Date.parse('2026-11-01T05:30:00Z') }, 'from'],
  ])('%s', (_, changes, field) => {
    expect(chooseSource(berlin, figures(changes))).toMatchObject({ source: 'usage_event', missing: { field } });
    expect(() => chooseSource(null, figures(changes))).toThrow(UsageFiguresError);
  });
});
