import { describe, expect, test } from '@jest/globals';

import { JOB_NAMES } from './job-catalogue.js';
import { indexHandlers, parsePayload } from './job-handlers.js';
import type { JobHandler } from './job-handlers.js';

const handlers: readonly JobHandler[] = JOB_NAMES.map((job) => ({ job, handle: () => Promise.resolve() }));

describe('job handlers', () => {
  test('each job has exactly one', () => {
    expect([...indexHandlers(handlers).keys()]).toEqual(JOB_NAMES);
    expect(() => indexHandlers(handlers.slice(1))).toThrow(`${JOB_NAMES[0]} has no handler`);
    expect(() => indexHandlers([...handlers, ...handlers])).toThrow(`${JOB_NAMES[1]} has 2 handlers`);
  });

  test('payloads are what the catalogue says', () => {
    expect(parsePayload('usage-ingestion', {})).toEqual({});
    expect(() => parsePayload('usage-ingestion', { surprise: 1 })).toThrow(/surprise/);
  });
});
