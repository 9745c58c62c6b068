import { LEDGER_ACCOUNTS } from '@tollgate/domain';
import { z } from 'zod';
import { id, instant, money } from './fields.js';
import { defineOperation } from './operation.js';

const tag = 'Accounting';

/** What is looked at before a period is closed. */
export const CLOSING_CHECKS = [
  'period-has-ended',
  'earlier-periods-are-closed',
  'gateways-have-forwarded',
  'usage-is-booked',
  'usage-is-sealed',
  'usage-is-priced',
  'quarantine-is-empty',
  'reviews-are-resolved',
] as const;

const accountingPeriodLabel = () =>
  z
    .string()
    .regex(/^2[01]\d\d-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
    .meta({ example: '2026-11' });

const signed = (description: string) =>
  money.meta({ description: `${description} Debits are positive, credits negative.` });

const trialBalanceRow = z
  .strictObject({
    account: z.enum(LEDGER_ACCOUNTS),
    opening: signed('At the beginning of the period; 0 for a balance as of an instant.'),
    debits: money,
    credits: money.meta({ description: 'Without a sign.' }),
    closing: signed('`opening` + `debits` − `credits`.'),
  })
  .meta({ id: 'TrialBalanceRow' });

const trialBalance = z
  .strictObject({
    organizationId: id('organization').nullable().meta({ description: 'Null: all that are not simulated.' }),
    accountingPeriod: z.string().nullable(),
    asOf: z.iso.datetime().nullable(),
    currency: z.string(),
    rows: z.array(trialBalanceRow).meta({ description: 'Accounts with anything on them.' }),
    debits: money,
    credits: money.meta({ description: 'Without a sign.' }),
    balances: z.boolean().meta({ description: 'Whether debits and credits are the same, and closings sum to zero.' }),
  })
  .meta({ id: 'TrialBalance' });

const prepaidMovement = z
  .strictObject({
    opening: money,
    payments: money,
    adjustments: money.meta({ description: 'In favour of organizations, and charged to them.' }),
    refunds: money,
    used: money,
    corrections: money,
    fees: money,
    expired: money.meta({ description: 'Earned because nobody used it in time.' }),
    carriedOver: money.meta({ description: 'From before credit was kept by grants.' }),
    closing: money,
  })
  .meta({
    id: 'PrepaidMovement',
    description: 'What is owed in usage. What lowers it is below zero: all add up to `closing`.',
  });

const promoMovement = z
  .strictObject({ opening: money, given: money, used: money, expired: money, revoked: money, closing: money })
  .meta({ id: 'PromoMovement', description: 'Credit that was given away. What lowers it is below zero.' });

const prepaidRollForward = z
  .strictObject({
    organizationId: id('organization').nullable().meta({ description: 'Null: all that are not simulated.' }),
    accountingPeriod: z.string(),
    currency: z.string(),
    prepaid: prepaidMovement,
    promo: promoMovement,
    bookedLater: money.nullable().meta({
      description:
        'Of the closing prepaid balance, what was booked into the period after it had ended, while it was open. Null of ' +
        'several organizations.',
    }),
  })
  .meta({ id: 'PrepaidRollForward' });

const closingCheck = z
  .strictObject({
    check: z.enum(CLOSING_CHECKS).meta({ description: 'What has to be so before the period can be closed.' }),
    passed: z.boolean(),
    found: z.int().meta({ description: 'How many are in the way.' }),
  })
  .meta({ id: 'ClosingCheck' });

export const accountingPeriod = z
  .strictObject({
    organizationId: id('organization'),
    label: z.string(),
    startsAt: z.iso.datetime(),
    endsAt: z.iso.datetime(),
    state: z.enum(['open', 'closed']),
    closedAt: z.iso.datetime().nullable(),
    closedBy: z.string().nullable(),
  })
  .meta({ id: 'AccountingPeriod' });

const closingChecklist = z
  .strictObject({ canClose: z.boolean(), checklist: z.array(closingCheck) })
  .meta({ id: 'ClosingChecklist' });

const params = z.strictObject({ organizationId: id('organization'), accountingPeriod: accountingPeriodLabel() });
const mayName = { organizationId: id('organization').optional() };

export const accountingOperations = {
  readTrialBalance: defineOperation({
    id: 'readTrialBalance',
    tag,
    summary: 'Read a trial balance, of a period or as of an instant',
    description: 'The operator may leave the organization out: then it is of all that are not simulated.',
    method: 'GET',
    path: '/trial-balance',
    permission: 'ledger.read',
    query: z.strictObject({
      ...mayName,
      asOf: instant().optional().meta({ description: 'Past or to come; now when neither is given.' }),
      accountingPeriod: accountingPeriodLabel().optional().meta({ description: 'Instead of `asOf`.' }),
    }),
    response: trialBalance,
  }),
  readPrepaidRollForward: defineOperation({
    id: 'readPrepaidRollForward',
    tag,
    summary: 'Read how prepaid and promotional credit came to what it is at the end of a period',
    method: 'GET',
    path: '/prepaid-roll-forward',
    permission: 'ledger.read',
    query: z.strictObject({ ...mayName, accountingPeriod: accountingPeriodLabel() }),
    response: prepaidRollForward,
  }),
  listAccountingPeriods: defineOperation({
    id: 'listAccountingPeriods',
    tag,
    summary: "List an organization's accounting periods, newest first",
    method: 'GET',
    path: '/organizations/{organizationId}/accounting-periods',
    permission: 'ledger.read',
    params: z.strictObject({ organizationId: id('organization') }),
    response: z
      .strictObject({ data: z.array(accountingPeriod), asOf: z.iso.datetime() })
      .meta({ id: 'AccountingPeriodList' }),
  }),
  checkAccountingPeriod: defineOperation({
    id: 'checkAccountingPeriod',
    tag,
    summary: 'Read whether an accounting period can be closed, and what is in the way',
    method: 'GET',
    path: '/organizations/{organizationId}/accounting-periods/{accountingPeriod}/checklist',
    permission: 'ledger.read',
    operatorOnly: true,
    params,
    response: closingChecklist,
  }),
  closeAccountingPeriod: defineOperation({
    id: 'closeAccountingPeriod',
    tag,
    summary: 'Close an accounting period for good',
    description:
      'Nothing is ever booked into it again: what arrives later is a correction in the next one. A person answers for it.',
    method: 'POST',
    path: '/organizations/{organizationId}/accounting-periods/{accountingPeriod}/closings',
    permission: 'accounting-periods.write',
    operatorOnly: true,
    personal: true,
    params,
    status: 201,
    response: accountingPeriod,
  }),
};

export type TrialBalance = z.infer<typeof trialBalance>;
export type PrepaidRollForward = z.infer<typeof prepaidRollForward>;
export type AccountingPeriod = z.infer<typeof accountingPeriod>;
export type ClosingChecklist = z.infer<typeof closingChecklist>;
