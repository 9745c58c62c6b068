import type { SelfAuditCheck, SelfAuditExtent, SelfAuditState } from '@tollgate/domain';

const state: Record<SelfAuditState, string> = {
  requested: 'asked for',
  running: 'under way',
  green: 'green',
  red: 'red',
  failed: 'could not be carried out',
};

const extent: Record<SelfAuditExtent, string> = { recent: 'Last two days, and every sum', full: 'Every event' };

export const selfAuditsEnglish = {
  title: 'Self-audit',
  lead: 'Whether every place that holds usage or money agrees with all the others, to the picodollar.',
  green: 'The books agree',
  red: '%{smart_count} finding |||| %{smart_count} findings',
  failed: 'The last audit could not be carried out',
  never: 'The books have not been audited yet',
  neverHint: 'An audit runs each night. Have one now.',
  checksMade: '%{count} checks, %{ago}',
  now: 'Audit now',
  nowFull: 'Audit every event',
  asked: 'The books are being audited.',
  underWay: 'An audit is under way …',
  findings: 'Findings',
  findingsHint: 'At most a hundred of each check. The latest audit of every event counts until the next one.',
  check: 'Check',
  organization: 'Organization',
  period: 'Period',
  expected: 'Expected',
  found: 'Found',
  difference: 'Difference',
  checks: 'Checks',
  checksHint: 'What the latest audit looked at.',
  passed: 'agrees',
  duration: 'Took',
  history: 'Earlier audits',
  when: 'When',
  extentName: 'Extent',
  by: 'Asked by',
  result: 'Result',
  state,
  extent,
  rail: { green: 'The books agree', red: 'The books do not agree', unknown: 'Not audited yet' },
};

/** A check in words: its name says what must agree. */
export const checkWords = (check: SelfAuditCheck): string => {
  const words = check.replaceAll('-', ' ').replace('utc', 'UTC');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
