import { describe, expect, test } from '@jest/globals';
import type { SelfAudit } from '@tollgate/wire';

import { verdictOf } from './verdict.js';

let counter = 0;
const audit = (
  state: SelfAudit['state'],
  extent: SelfAudit['extent'],
  messages: readonly string[] = [],
): SelfAudit => ({
  ...{ id: `saud_${++counter}`, extent, state, requestedBy: 'test', checks: [] },
  findings: messages.map((message) => ({
    ...{ check: 'ledger-sums-to-zero', organizationId: null, accountingPeriod: null, message },
    ...{ expected: null, found: null, difference: null },
  })),
  ...{ requestedAt: '2026-11-01T00:00:00Z', startedAt: null, finishedAt: null },
});

describe('verdictOf', () => {
  test('is unknown before anything was carried out', () => {
    expect(verdictOf([audit('running', 'full')])).toMatchObject({ light: 'unknown', isUnderWay: true });
  });

  test('stays red for what every event showed, whatever a look at two days says later', () => {
    const audits = [audit('green', 'recent'), audit('red', 'full', ['a', 'b'])];
    expect(verdictOf(audits)).toMatchObject({ light: 'red', findings: [{ message: 'a' }, { message: 'b' }] });
  });

  test('is green again with the next that reads every event', () => {
    expect(verdictOf([audit('green', 'full'), audit('red', 'full', ['a'])])).toMatchObject({
      light: 'green',
      findings: [],
    });
  });

  test('tells the same finding once', () => {
    expect(verdictOf([audit('red', 'recent', ['a']), audit('red', 'full', ['a'])]).findings).toHaveLength(1);
  });

  test('says when it could not be carried out', () => {
    expect(verdictOf([audit('failed', 'recent'), audit('green', 'full')]).light).toBe('failed');
  });
});
