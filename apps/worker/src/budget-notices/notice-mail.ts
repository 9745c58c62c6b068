import type { NewBudgetNotice } from '@tollgate/database';
import { dayLabel } from '@tollgate/domain';
import type { Mail } from '@tollgate/mail';

const KINDS = { organization: 'organization', project: 'project', api_key: 'API key' } as const;

export function noticeMail(notice: NewBudgetNotice, to: string): Mail {
  const { organizationName, scope, scopeName, percent, spent, granted, periodEndsAt, timeZone } = notice;
  const what = `the ${KINDS[scope]} ${scopeName}`;
  const where = scope === 'organization' ? '' : ` of ${organizationName}`;
  return {
    to,
    subject: `${percent} % of a budget of ${organizationName} is spent`,
    text: [
      `${cents(spent)} USD of ${cents(granted)} USD are spent for ${what}${where}: at least ${percent} % of its budget.`,
      '',
      `The next month begins on ${dayLabel(periodEndsAt.getTime(), timeZone)}. At the end of the budget, requests are refused.`,
      'What running requests hold is not among it.',
      '',
      'You get this as an owner, an admin or one of the finance people, once a month for each percent that the budget names.',
    ].join('\n'),
  };
}

/** Cut, never rounded up: what is not spent yet is not told as spent. */
const cents = (amount: string): string => amount.replace(/^(-?\d+\.\d{2})\d*$/, '$1');
