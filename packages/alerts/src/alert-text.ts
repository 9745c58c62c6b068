import { dayLabel, formatPicos, parsePicos } from '@tollgate/domain';
import type { AlertFacts, AlertKind } from '@tollgate/domain';

/** An alert in words, the only place that makes them: mails, webhooks, chats, API and console say the same. */
export interface AlertText {
  /** One line. */
  readonly title: string;
  readonly text: string;
}

export interface AlertReader {
  /** Whom the alert is about; null where it is the installation. */
  readonly organizationName: string | null;
  readonly timeZone: string;
}

type Words = { readonly [K in AlertKind]: (facts: AlertFacts[K], reader: AlertReader) => AlertText };

const SCOPES: Readonly<Record<string, string>> = {
  organization: 'organization',
  project: 'project',
  api_key: 'API key',
};

const WORDS: Words = {
  'budget.threshold-reached': (facts, reader) => ({
    title: `${facts.percent} % of a budget of ${nameOf(reader)} is spent`,
    text: [
      `${cents(facts.spent)} USD of ${cents(facts.granted)} USD are spent for ${scopeOf(facts, reader)}: at least ${facts.percent} % of its budget.`,
      '',
      `The next month begins on ${day(facts.periodEndsAt, reader)}. At the end of the budget, requests are refused.`,
      'What running requests hold is not among it.',
    ].join('\n'),
  }),
  'budget.exhaustion-forecast': (facts, reader) => ({
    title: `A budget of ${nameOf(reader)} ends about ${day(facts.expectedAt, reader)}`,
    text: [
      `${cents(facts.spent)} USD of ${cents(facts.granted)} USD are spent for ${scopeOf(facts, reader)}. If it goes on like in`,
      `the last four weeks, the rest lasts until about ${day(facts.expectedAt, reader)} (${range(facts, reader)}), and requests`,
      `are refused from then on until the next month begins on ${day(facts.periodEndsAt, reader)}.`,
    ].join('\n'),
  }),
  'balance.low': (facts, reader) => ({
    title: `The balance of ${nameOf(reader)} is low: ${cents(facts.available)} USD`,
    text: `${cents(facts.available)} USD are left, less than the ${cents(facts.threshold)} USD that were set as low. At the end of it, requests are refused.`,
  }),
  'balance.exhausted': (facts, reader) => ({
    title: `The balance of ${nameOf(reader)} is used up`,
    text: `${cents(facts.available)} USD are available. Requests are refused until there is credit again.`,
  }),
  'balance.exhaustion-forecast': (facts, reader) => ({
    title: `The balance of ${nameOf(reader)} ends about ${day(facts.expectedAt, reader)}`,
    text: `${cents(facts.available)} USD are left. If it goes on like in the last four weeks, they last until about ${day(facts.expectedAt, reader)} (${range(facts, reader)}).`,
  }),
  'credit.expiring': (facts, reader) => ({
    title: `Credit of ${nameOf(reader)} expires on ${day(facts.expiresAt, reader)}`,
    text: `${cents(facts.remaining)} USD of ${facts.account === 'promo' ? 'credit that was given away' : 'prepaid credit'} are not used yet, and are gone on ${day(facts.expiresAt, reader)}.`,
  }),
  'spend.anomaly': (facts, reader) => ({
    title: `Unusual spend of ${nameOf(reader)}: ${cents(facts.spent)} USD by the ${SCOPES[facts.scope] ?? ''} ${facts.scopeName}`,
    text: [
      `The ${SCOPES[facts.scope] ?? ''} ${facts.scopeName} has spent ${cents(facts.spent)} USD since ${minute(facts.hour)}.`,
      `${cents(facts.usual)} USD is what the third-costliest of the last 28 days came to in as long; up to ${facts.times} times as much is`,
      'taken as usual. Look at its requests; a budget on the key would stop it.',
    ].join('\n'),
  }),
  'model.unpriced': (facts) => ({
    title: `${facts.model} is used and lacks a price`,
    text: [
      `Requests of ${facts.model} are served and booked without a price for everything they use. What no book of the chain has a`,
      'price for is not charged; what the default book has none for has no cost. Publish one there, then correct what is booked.',
    ].join('\n'),
  }),
  'self-audit.red': (facts) => ({
    title: 'The books do not agree',
    text: `The self-audit ${facts.selfAuditId} has ${facts.findings} findings: ${facts.checks.join(', ')}.`,
  }),
  'usage.quarantined': (facts) => ({
    title: `${count(facts.events, 'usage event')} could not be booked`,
    text: `The latest reason: ${facts.reason} Months cannot be closed before somebody has looked.`,
  }),
  'review.opened': (facts) => {
    const total = Object.values(facts.kinds).reduce((sum, each) => sum + each, 0);
    const list = Object.entries(facts.kinds).map(([kind, each]) => `${each} × ${kind.replaceAll('_', ' ')}`);
    return {
      title: `${count(total, 'new case')} to review`,
      text: `Since ${minute(facts.since)}: ${list.join(', ')}.`,
    };
  },
  'posting.awaits-approval': (facts) => ({
    title: `A ${facts.postingKind.replaceAll('_', ' ')} of ${cents(facts.amount)} USD waits for a second person`,
    text: `${facts.requestedBy} wants to post it for ${facts.organizationName}. It is posted when somebody else approves it.`,
  }),
};

export function alertText<K extends AlertKind>(kind: K, facts: AlertFacts[K], reader: AlertReader): AlertText {
  return WORDS[kind](facts, reader);
}

const nameOf = ({ organizationName }: AlertReader): string => organizationName ?? 'the installation';

function scopeOf({ scope, scopeName }: { scope: string; scopeName: string }, reader: AlertReader): string {
  const where = scope === 'organization' ? '' : ` of ${nameOf(reader)}`;
  return `the ${SCOPES[scope] ?? scope} ${scopeName}${where}`;
}

/** Cut, never rounded up: what is not spent yet is not told as spent. */
const cents = (amount: string): string => formatPicos(parsePicos(amount)).replace(/^(-?\d+\.\d{2})\d*$/, '$1');

const day = (instant: string, { timeZone }: AlertReader): string => dayLabel(Date.parse(instant), timeZone);

const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

function range(facts: { earliestAt: string; latestAt: string | null }, reader: AlertReader): string {
  const earliest = day(facts.earliestAt, reader);
  return facts.latestAt === null ? `from ${earliest} on` : `${earliest} to ${day(facts.latestAt, reader)}`;
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
